import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Problem } from '../ui/feedback.tsx';
import { Paged } from '../ui/paged.tsx';
import { Table } from '../ui/table.tsx';
import { RedriveButton, runColumn, useRedrive } from './redrive.tsx';

/** Records that the read model could not store. */
export function SetAside() {
  const { t, format } = useTexts();
  const { client, may } = useApi();
  const redrive = useRedrive('set-aside', (id) => client.redriveSetAsideRecord({ id }));
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
              runColumn(t.operations.run),
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
                cell: (row) => (
                  <RedriveButton row={row} redrive={redrive} isAllowed={may('redriveSetAside')} />
                ),
              },
            ]}
          />
        )}
      </Paged>
    </>
  );
}
