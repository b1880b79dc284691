import { useState, type ReactNode } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs';
import { useTexts } from '../strings/strings.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { Accounts } from './accounts.tsx';
import { Orders } from './orders.tsx';
import { Pipeline } from './pipeline.tsx';
import { SetAside } from './set-aside.tsx';
import { Workers } from './workers.tsx';

/** What the fleet does, and orders to it. */
export function Operations(): ReactNode {
  const { t } = useTexts();
  const [tab, setTab] = useState<string>('pipeline');
  return (
    <>
      <PageHeader title={t.operations.title} />
      <Tabs
        className="tabs"
        selectedKey={tab}
        onSelectionChange={(key) => {
          setTab(String(key));
        }}
      >
        <TabList aria-label={t.operations.title}>
          <Tab id="pipeline">{t.operations.pipeline}</Tab>
          <Tab id="orders">{t.operations.orders}</Tab>
          <Tab id="accounts">{t.operations.accounts}</Tab>
          <Tab id="set-aside">{t.operations.setAside}</Tab>
          <Tab id="workers">{t.operations.workers}</Tab>
        </TabList>
        <TabPanel id="pipeline">
          <Pipeline />
        </TabPanel>
        <TabPanel id="orders">
          <Orders />
        </TabPanel>
        <TabPanel id="accounts">
          <Accounts />
        </TabPanel>
        <TabPanel id="set-aside">
          <SetAside />
        </TabPanel>
        <TabPanel id="workers">
          <Workers />
        </TabPanel>
      </Tabs>
    </>
  );
}
