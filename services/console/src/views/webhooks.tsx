import type { Webhook } from '@docfleet/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Answered } from '../ui/answered.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Confirmation } from '../ui/dialog.tsx';
import { Notice, Problem } from '../ui/feedback.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ShownOnce } from '../ui/shown-once.tsx';
import { Table } from '../ui/table.tsx';
import { TextControl } from '../ui/text-control.tsx';
import { Deliveries } from './deliveries.tsx';
import { ReplaySpan } from './replay-span.tsx';

/** The webhooks of the tenant, and what was sent to them. */
export function Webhooks(): ReactNode {
  const { t, format } = useTexts();
  const { client } = useApi();
  const queries = useQueryClient();
  const [isAdding, setAdding] = useState(false);
  const [removed, setRemoved] = useState<Webhook>();
  const [replayed, setReplayed] = useState<Webhook>();
  const [replayedCount, setReplayedCount] = useState<number>();
  const [url, setUrl] = useState('');
  const [description, setDescription] = useState('');
  const [secret, setSecret] = useState<string>();
  const read = () => queries.invalidateQueries({ queryKey: ['webhooks'] });
  const webhooks = useQuery({
    queryKey: ['webhooks', 'list'],
    queryFn: ({ signal }) => client.listWebhooks({ signal }),
  });
  const test = useMutation({
    mutationFn: (endpointId: string) => client.testWebhook({ endpointId }),
    onSuccess: read,
  });
  const enable = useMutation({
    mutationFn: ({ endpointId, enabled }: Pick<Webhook, 'endpointId' | 'enabled'>) =>
      client.changeWebhook({ endpointId, body: { enabled: !enabled } }),
    onSuccess: read,
  });
  const error = test.error ?? enable.error;
  return (
    <>
      <PageHeader title={t.webhooks.title}>
        <Button
          onPress={() => {
            setUrl('');
            setDescription('');
            setAdding(true);
          }}
        >
          {t.webhooks.add}
        </Button>
      </PageHeader>
      {error !== null && <Problem error={error} />}
      {replayedCount !== undefined && (
        <Notice>{t.webhooks.replayedCount(format.number(replayedCount))}</Notice>
      )}
      {test.isSuccess && <Notice>{t.webhooks.tested}</Notice>}
      <Answered query={webhooks}>
        {({ webhooks: rows }) => (
          <Table
            caption={t.webhooks.title}
            rows={rows}
            keyOf={({ endpointId }) => endpointId}
            empty={t.webhooks.noWebhooks}
            columns={[
              { id: 'url', header: t.webhooks.url, cell: (webhook) => webhook.url },
              {
                id: 'description',
                header: t.webhooks.description,
                kind: 'wide',
                cell: (webhook) => webhook.description,
              },
              {
                id: 'events',
                header: t.webhooks.events,
                kind: 'wide',
                cell: ({ eventTypes }) =>
                  eventTypes.length === 0 ? t.webhooks.allEvents : eventTypes.join(', '),
              },
              { id: 'state', header: t.webhooks.state, cell: (webhook) => <State webhook={webhook} /> },
              {
                id: 'action',
                header: t.actions,
                cell: (webhook) => (
                  <span className="inline">
                    <Button
                      aria-label={`${t.webhooks.test}: ${webhook.url}`}
                      isDisabled={!webhook.enabled || test.isPending}
                      onPress={() => {
                        test.mutate(webhook.endpointId);
                      }}
                    >
                      {t.webhooks.test}
                    </Button>
                    <Button
                      aria-label={`${webhook.enabled ? t.webhooks.disable : t.webhooks.enable}: ${webhook.url}`}
                      isDisabled={enable.isPending}
                      onPress={() => {
                        enable.mutate(webhook);
                      }}
                    >
                      {webhook.enabled ? t.webhooks.disable : t.webhooks.enable}
                    </Button>
                    <Button
                      aria-label={t.webhooks.replaySpanOf(webhook.url)}
                      isDisabled={!webhook.enabled}
                      onPress={() => {
                        setReplayed(webhook);
                      }}
                    >
                      {t.webhooks.span}
                    </Button>
                    <Button
                      aria-label={`${t.webhooks.remove}: ${webhook.url}`}
                      onPress={() => {
                        setRemoved(webhook);
                      }}
                    >
                      {t.webhooks.remove}
                    </Button>
                  </span>
                ),
              },
            ]}
          />
        )}
      </Answered>
      <Deliveries />
      {isAdding && (
        <Confirmation
          title={t.webhooks.add}
          yes={t.webhooks.create}
          onConfirm={async () => {
            const body = { url: url.trim(), description: description.trim() };
            setSecret((await client.createWebhook({ body })).secret);
            await read();
          }}
          onClose={() => {
            setAdding(false);
          }}
        >
          <TextControl label={t.webhooks.url} value={url} onChange={setUrl} type="url" isRequired autoFocus />
          <TextControl label={t.webhooks.description} value={description} onChange={setDescription} />
        </Confirmation>
      )}
      {replayed !== undefined && (
        <ReplaySpan
          webhook={replayed}
          onDone={(count) => {
            setReplayedCount(count);
            void read();
          }}
          onClose={() => {
            setReplayed(undefined);
          }}
        />
      )}
      {removed !== undefined && (
        <Confirmation
          title={t.webhooks.removeTitle}
          text={t.webhooks.removeText}
          yes={t.webhooks.remove}
          isDanger
          onConfirm={async () => {
            await client.deleteWebhook({ endpointId: removed.endpointId });
            await read();
          }}
          onClose={() => {
            setRemoved(undefined);
          }}
        />
      )}
      {secret !== undefined && (
        <ShownOnce
          title={t.webhooks.secret}
          secret={secret}
          onClose={() => {
            setSecret(undefined);
          }}
        />
      )}
    </>
  );
}

function State({ webhook }: { readonly webhook: Webhook }) {
  const { t } = useTexts();
  if (webhook.enabled) return <Badge tone="good" text={t.webhooks.enabled} />;
  if (webhook.disabledReason === 'gone') return <Badge tone="bad" text={t.webhooks.gone} />;
  return <Badge tone="idle" text={t.webhooks.disabled} />;
}
