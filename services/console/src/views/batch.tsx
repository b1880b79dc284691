import type { Batch as BatchData } from '@docfleet/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAddressId } from '../address.ts';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Answered } from '../ui/answered.tsx';
import { AskedButton } from '../ui/asked-button.tsx';
import { StatusBadge, VerdictBadge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { saveAnswer } from '../ui/download.ts';
import { Problem } from '../ui/feedback.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Table } from '../ui/table.tsx';
import { BatchBadge } from './batches.tsx';

const formats = ['json', 'csv', 'xlsx', 'pdf', 'zip'] as const;

/** One batch with its files. */
export function Batch(): ReactNode {
  const { client } = useApi();
  const batchId = useAddressId('batchId');
  const batch = useQuery({
    queryKey: ['batch', batchId],
    queryFn: ({ signal }) => client.getBatch({ batchId }, { signal }),
    refetchInterval: ({ state }) => (typeof state.data?.endedAt === 'string' ? false : 3_000),
  });
  return <Answered query={batch}>{(data) => <Opened batch={data} />}</Answered>;
}

function Opened({ batch }: { readonly batch: BatchData }) {
  const { t, format } = useTexts();
  const { may } = useApi();
  const { counts, metadata } = batch;
  const requester = metadata.requester?.name ?? metadata.requester?.email ?? null;
  return (
    <>
      <PageHeader title={batch.requestId}>
        <BatchBadge state={batch.state} />
        {batch.links.cancel !== null && may('cancelBatch') && <CancelBatch batchId={batch.batchId} />}
      </PageHeader>
      <dl className="facts">
        <div>
          <dt>{t.batches.files}</dt>
          <dd>{format.number(counts.files)}</dd>
        </div>
        <div>
          <dt>{t.batches.open}</dt>
          <dd>{format.number(counts.waiting + counts.running)}</dd>
        </div>
        <div>
          <dt>{t.batches.inReview}</dt>
          <dd>{format.number(counts.inReview)}</dd>
        </div>
        <div>
          <dt>{t.batches.done}</dt>
          <dd>{format.number(counts.completed)}</dd>
        </div>
        <div>
          <dt>{t.batches.failed}</dt>
          <dd>{format.number(counts.failed)}</dd>
        </div>
        <div>
          <dt>{t.batches.created}</dt>
          <dd>{format.time(batch.createdAt)}</dd>
        </div>
        {requester !== null && (
          <div>
            <dt>{t.audit.who}</dt>
            <dd>{requester}</dd>
          </div>
        )}
      </dl>
      {batch.endedAt !== null && may('readArtifacts') && <Results batch={batch} />}
      <Table
        caption={t.batches.files}
        rows={batch.files}
        keyOf={({ n }) => String(n)}
        empty={t.none}
        columns={[
          {
            id: 'file',
            header: t.batches.file,
            cell: ({ n, fileName, runId, links }) => {
              const name = `${String(n)}. ${fileName ?? t.documents.unnamed}`;
              if (links.job === null) return name;
              return (
                <Link to="/documents/$runId" params={{ runId }}>
                  {name}
                </Link>
              );
            },
          },
          {
            id: 'status',
            header: t.documents.status,
            cell: ({ status }) => status !== null && <StatusBadge status={status} />,
          },
          {
            id: 'verdict',
            header: t.documents.verdict,
            cell: ({ verdict, failure }) =>
              verdict === null ? (failure?.message ?? '') : <VerdictBadge verdict={verdict} />,
          },
          {
            id: 'pages',
            header: t.documents.pages,
            kind: 'number',
            cell: ({ pageCount }) => (pageCount === 0 ? '' : format.number(pageCount)),
          },
        ]}
      />
    </>
  );
}

function Results({ batch }: { readonly batch: BatchData }) {
  const { t } = useTexts();
  const { client } = useApi();
  const { batchId, requestId } = batch;
  const download = useMutation({
    mutationFn: async (format: (typeof formats)[number]) =>
      saveAnswer(await client.readBatchResults({ batchId, format }), `${requestId}.${format}`),
  });
  return (
    <section aria-labelledby="results">
      <h2 id="results">{t.batches.results}</h2>
      {download.error !== null && <Problem error={download.error} />}
      <div className="inline">
        {formats.map((format) => (
          <Button
            key={format}
            aria-label={t.document.download(format.toUpperCase())}
            isDisabled={download.isPending}
            onPress={() => {
              download.mutate(format);
            }}
          >
            {format.toUpperCase()}
          </Button>
        ))}
      </div>
    </section>
  );
}

function CancelBatch({ batchId }: { readonly batchId: string }) {
  const { t } = useTexts();
  const { client } = useApi();
  const queries = useQueryClient();
  return (
    <AskedButton
      label={t.document.cancel}
      title={t.batches.cancelTitle}
      text={t.batches.cancelText}
      yes={t.batches.cancelYes}
      no={t.document.keep}
      isDanger
      onConfirm={async () => {
        await client.cancelBatch({ batchId });
        await queries.invalidateQueries({ queryKey: ['batch', batchId] });
      }}
    />
  );
}
