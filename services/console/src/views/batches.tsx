import type { BatchSummary } from '@docfleet/client';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Choice } from '../ui/choice.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Paged } from '../ui/paged.tsx';
import { Table } from '../ui/table.tsx';

const states = [
  'DRAFT',
  'QUEUED',
  'PROCESSING',
  'COMPLETED',
  'PARTIALLY_COMPLETED',
  'FAILED',
  'CANCELLED',
] as const satisfies readonly BatchSummary['state'][];

const toneOfState: Readonly<Record<BatchSummary['state'], Tone>> = {
  DRAFT: 'idle',
  QUEUED: 'idle',
  PROCESSING: 'busy',
  COMPLETED: 'good',
  PARTIALLY_COMPLETED: 'warn',
  FAILED: 'bad',
  CANCELLED: 'idle',
};

export function BatchBadge({ state }: { readonly state: BatchSummary['state'] }) {
  const { t } = useTexts();
  return <Badge tone={toneOfState[state]} text={t.batches.state[state]} />;
}

/** The batches of the tenant. */
export function Batches(): ReactNode {
  const { t, format } = useTexts();
  const { client } = useApi();
  const [state, setState] = useState<BatchSummary['state'] | ''>('');
  return (
    <>
      <PageHeader title={t.batches.title} />
      <div className="filters">
        <Choice
          label={t.batches.stateLabel}
          value={state}
          options={[
            { value: '', text: t.all },
            ...states.map((value) => ({ value, text: t.batches.state[value] })),
          ]}
          onChange={setState}
        />
      </div>
      <Paged
        queryKey={['batches', state]}
        read={(cursor, signal) =>
          client.listBatches({ cursor, ...(state === '' ? {} : { state }) }, { signal })
        }
        rowsOf={({ batches }) => batches}
        everyMs={5_000}
      >
        {(rows) => (
          <Table
            caption={t.batches.title}
            rows={rows}
            keyOf={({ batchId }) => batchId}
            empty={t.batches.none}
            columns={[
              {
                id: 'batch',
                header: t.batches.batch,
                cell: ({ batchId, requestId }) => (
                  <Link to="/batches/$batchId" params={{ batchId }}>
                    {requestId}
                  </Link>
                ),
              },
              {
                id: 'state',
                header: t.batches.stateLabel,
                cell: (batch) => <BatchBadge state={batch.state} />,
              },
              {
                id: 'files',
                header: t.batches.files,
                kind: 'number',
                cell: ({ counts }) => format.number(counts.files),
              },
              {
                id: 'inReview',
                header: t.batches.inReview,
                kind: 'number',
                cell: ({ counts }) => format.number(counts.inReview),
              },
              {
                id: 'done',
                header: t.batches.done,
                kind: 'number',
                cell: ({ counts }) => format.number(counts.completed),
              },
              {
                id: 'failed',
                header: t.batches.failed,
                kind: 'number',
                cell: ({ counts }) => format.number(counts.failed),
              },
              {
                id: 'created',
                header: t.batches.created,
                kind: 'wide',
                cell: ({ createdAt }) => format.time(createdAt),
              },
            ]}
          />
        )}
      </Paged>
    </>
  );
}
