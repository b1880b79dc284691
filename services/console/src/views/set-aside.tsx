import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Button } from '../ui/button.tsx';
import { Problem } from '../ui/feedback.tsx';
import { Paged } from '../ui/paged.tsx';
import { Table } from '../ui/table.tsx';

/** Records that the read model could not store. */
export function SetAside() {
  const { t, format } = useTexts();
  const { client, may } = useApi();
  const queries = useQueryClient();
  const redrive = useMutation({
    mutationFn: (id: string) => client.redriveSetAsideRecord({ id }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['set-aside'] }),
  });
  return (
    <>
      {redrive.error !== null && <Problem error={redrive.error} />}
      <Paged
        queryKey={['set-aside']}
        read={(cursor, signal) => client.listSetAsideRecords({ cursor }, { signal })}
        rowsOf={({ records }) => records}
        everyMs={5_000}
      >
        {(rows) => (
          <Table
            caption={t.operations.setAside}
            rows={rows}
            keyOf={({ id }) => id}
            empty={t.operations.noSetAside}
            columns={[
              { id: 'record', header: t.operations.record, cell: ({ id }) => id },
              {
                id: 'cause',
                header: t.operations.cause,
                cell: ({ cause, message }) => `${cause}: ${message}`,
              },
              {
                id: 'run',
                header: t.operations.run,
                kind: 'wide',
                cell: ({ runId, links }) =>
                  runId === null || links.job === null ? (
                    (runId ?? '')
                  ) : (
                    <Link to="/documents/$runId" params={{ runId }}>
                      {runId}
                    </Link>
                  ),
              },
              { id: 'at', header: t.operations.at, cell: ({ at }) => format.time(at) },
              {
                id: 'tries',
                header: t.operations.tries,
                kind: 'number',
                cell: ({ tries }) => format.number(tries),
              },
              {
                id: 'state',
                header: t.operations.state,
                cell: ({ state }) => t.operations.setAsideStates[state],
              },
              {
                id: 'action',
                header: t.actions,
                cell: ({ id, links }) =>
                  links.redrive !== null &&
                  may('redriveSetAside') && (
                    <Button
                      aria-label={t.operations.redriveOf(id)}
                      isDisabled={redrive.isPending}
                      onPress={() => {
                        redrive.mutate(id);
                      }}
                    >
                      {t.operations.redrive}
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Paged>
    </>
  );
}
