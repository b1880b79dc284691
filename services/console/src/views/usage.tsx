import type { Usage as UsageData } from '@docfleet/client';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Answered } from '../ui/answered.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Table } from '../ui/table.tsx';

/** What the own tenant has used. */
export function OwnUsage(): ReactNode {
  const { t } = useTexts();
  const { client } = useApi();
  const usage = useQuery({
    queryKey: ['usage'],
    queryFn: ({ signal }) => client.getUsage({ signal }),
    refetchInterval: 10_000,
  });
  return (
    <>
      <PageHeader title={t.usage.title} />
      <Answered query={usage}>{(data) => <Used usage={data} />}</Answered>
    </>
  );
}

/** Quotas with what is left of them, and use by day. */
export function Used({ usage }: { readonly usage: UsageData }) {
  const { t, format } = useTexts();
  const show = (quota: UsageData['quotas'][number]['quota'], value: number): string =>
    quota === 'bytesPerDay' ? format.bytes(value) : format.number(value);
  return (
    <>
      <section aria-labelledby="quota-use">
        <h2 id="quota-use">{t.usage.quotas}</h2>
        <p>
          {t.usage.quota.requestsPerMinute}: {format.number(usage.requestsPerMinute)}
        </p>
        <Table
          caption={t.usage.quotas}
          rows={usage.quotas}
          keyOf={({ quota }) => quota}
          empty={t.none}
          columns={[
            { id: 'quota', header: t.usage.quotas, cell: ({ quota }) => t.usage.quota[quota] },
            {
              id: 'used',
              header: t.usage.used,
              kind: 'number',
              cell: ({ quota, used }) => show(quota, used),
            },
            {
              id: 'limit',
              header: t.usage.limit,
              kind: 'number',
              cell: ({ quota, limit }) => (limit === null ? t.usage.unlimited : show(quota, limit)),
            },
            {
              id: 'left',
              header: t.usage.left,
              kind: 'number',
              cell: ({ quota, left }) => (left === null ? '' : show(quota, left)),
            },
            {
              id: 'resets',
              header: t.usage.resets,
              kind: 'wide',
              cell: ({ resetsAt }) => (resetsAt === null ? t.usage.whenEnds : format.time(resetsAt)),
            },
          ]}
        />
      </section>
      <section aria-labelledby="days">
        <h2 id="days">{t.usage.days}</h2>
        <Table
          caption={t.usage.days}
          rows={usage.days}
          keyOf={({ day }) => day}
          empty={t.usage.noDays}
          columns={[
            { id: 'day', header: t.usage.day, cell: ({ day }) => day },
            {
              id: 'documents',
              header: t.usage.documents,
              kind: 'number',
              cell: ({ documents }) => format.number(documents),
            },
            { id: 'pages', header: t.usage.pages, kind: 'number', cell: ({ pages }) => format.number(pages) },
            { id: 'bytes', header: t.usage.bytes, kind: 'number', cell: ({ bytes }) => format.bytes(bytes) },
            { id: 'cost', header: t.usage.cost, kind: 'number', cell: ({ cost }) => format.number(cost) },
          ]}
        />
      </section>
    </>
  );
}
