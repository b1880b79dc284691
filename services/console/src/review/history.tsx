import type { ReviewHistory } from '@docfleet/client';
import { wordsOf } from '../model/format.ts';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Details } from '../ui/dialog.tsx';
import { Paged } from '../ui/paged.tsx';
import { Table } from '../ui/table.tsx';

/** Who changed what of a task, when, from what and to what. */
export function HistoryDialog({
  taskId,
  onClose,
}: {
  readonly taskId: string;
  readonly onClose: () => void;
}) {
  const { t, format } = useTexts();
  const { client } = useApi();
  return (
    <Details title={t.review.history} onClose={onClose}>
      <Paged
        queryKey={['review', 'history', taskId]}
        read={(cursor, signal) => client.listReviewChanges({ taskId, cursor }, { signal })}
        rowsOf={entriesOf}
      >
        {(rows) => (
          <Table
            caption={t.review.history}
            rows={rows}
            keyOf={({ id }) => id}
            empty={t.review.noHistory}
            columns={[
              { id: 'at', header: t.operations.at, cell: ({ at }) => format.exactTime(at) },
              { id: 'who', header: t.audit.who, cell: ({ actor, actorName }) => actorName ?? actor },
              {
                id: 'what',
                header: t.audit.action,
                cell: ({ kind, document, field }) =>
                  [
                    t.review.changeOf[kind] ?? wordsOf(kind),
                    field === null ? '' : wordsOf(field),
                    document === null ? '' : `(${String(document)})`,
                  ].join(' '),
              },
              { id: 'from', header: t.review.from, kind: 'wide', cell: ({ before }) => shortOf(before) },
              { id: 'to', header: t.review.to, cell: ({ after, reason }) => reason ?? shortOf(after) },
            ]}
          />
        )}
      </Paged>
    </Details>
  );
}

/** The changes of a page, and after the last one the decision. */
function entriesOf({ changes, decision, next }: ReviewHistory): readonly Entry[] {
  if (decision === null || next !== null) return changes;
  const { decisionId, kind, at, actor, actorName, reason } = decision;
  return [
    ...changes,
    {
      id: decisionId,
      at,
      actor,
      actorName,
      kind,
      document: null,
      field: null,
      before: null,
      after: null,
      reason,
    },
  ];
}

type Entry = Omit<ReviewHistory['changes'][number], 'kind' | 'document'> & {
  readonly kind: string;
  readonly document: number | null;
  readonly reason?: string | null;
};

/** What stood in a place, in a few words: the value of a field, the cells of a row, the classes of documents. */
function shortOf(value: unknown): string {
  if (Array.isArray(value)) {
    return value
      .map(({ documentClass }: { documentClass?: unknown }) =>
        typeof documentClass === 'string' ? wordsOf(documentClass) : '',
      )
      .join(', ');
  }
  if (typeof value !== 'object' || value === null) return '';
  const { value: text, cells, state } = value as { value?: unknown; cells?: unknown; state?: unknown };
  if (state === 'removed') return '—';
  if (typeof text === 'string') return text;
  return typeof cells === 'object' && cells !== null ? Object.values(cells).join(' · ') : '';
}
