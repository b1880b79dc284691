import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTexts } from '../strings/strings.ts';
import { Button } from '../ui/button.tsx';
import type { Column } from '../ui/table.tsx';

/** A record that a stage or the read model gave up. */
interface GivenUp {
  readonly id: string;
  readonly runId: string | null;
  readonly links: { readonly job: string | null; readonly redrive: string | null };
}

export type Redrive<Answer> = UseMutationResult<Answer, Error, string>;

/** Redrives a record by its id, and reads the list again that it is in. */
export function useRedrive<Answer>(list: string, redrive: (id: string) => Promise<Answer>): Redrive<Answer> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: redrive,
    onSuccess: () => queries.invalidateQueries({ queryKey: [list] }),
  });
}

/** The column with the run of a record, as a link where its document can be read. */
export function runColumn<Row extends GivenUp>(header: string): Column<Row> {
  return { id: 'run', header, kind: 'wide', cell: (row) => <Run row={row} /> };
}

function Run({ row: { runId, links } }: { readonly row: GivenUp }): ReactNode {
  if (runId === null || links.job === null) return runId ?? '';
  return (
    <Link to="/documents/$runId" params={{ runId }}>
      {runId}
    </Link>
  );
}

/** The button that redrives a record; nothing where that cannot be done, or not by this role. */
export function RedriveButton<Answer>(props: {
  readonly row: GivenUp;
  readonly redrive: Redrive<Answer>;
  readonly isAllowed: boolean;
}) {
  const { t } = useTexts();
  const { row, redrive, isAllowed } = props;
  if (row.links.redrive === null || !isAllowed) return null;
  return (
    <Button
      aria-label={t.operations.redriveOf(row.id)}
      isDisabled={redrive.isPending}
      onPress={() => {
        redrive.mutate(row.id);
      }}
    >
      {t.operations.redrive}
    </Button>
  );
}
