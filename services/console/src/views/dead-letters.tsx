import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { Details } from '../ui/dialog.tsx';
import { Notice, Problem } from '../ui/feedback.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Paged } from '../ui/paged.tsx';
import { Table } from '../ui/table.tsx';
import { RedriveButton, runColumn, useRedrive } from './redrive.tsx';

/** Records that a stage gave up, with a redrive for each. */
export function DeadLetterPage(): ReactNode {
  const { t, format } = useTexts();
  const { client, may } = useApi();
  const [shown, setShown] = useState<'false' | 'all'>('false');
  const [openId, setOpenId] = useState<string>();
  const redrive = useRedrive('dead-letters', (id) => client.redriveDeadLetter({ id }));
  return (
    <>
      <PageHeader title={t.nav.failures} />
      <div className="filters">
        <Choice
          label={t.operations.state}
          value={shown}
          options={[
            { value: 'false', text: t.operations.onlyOpen },
            { value: 'all', text: t.all },
          ]}
          onChange={setShown}
        />
      </div>
      {redrive.error !== null && <Problem error={redrive.error} />}
      {redrive.data !== undefined && <Notice>{t.operations.redriveDone(redrive.data.revision)}</Notice>}
      <Paged
        queryKey={['dead-letters', shown]}
        read={(cursor, signal) =>
          client.listDeadLetters({ cursor, ...(shown === 'all' ? {} : { redriven: shown }) }, { signal })
        }
        rowsOf={({ deadLetters }) => deadLetters}
        everyMs={5_000}
      >
        {(rows) => (
          <Table
            caption={t.nav.failures}
            rows={rows}
            keyOf={({ id }) => id}
            empty={t.operations.noDeadLetters}
            columns={[
              {
                id: 'id',
                header: t.operations.record,
                cell: ({ id }) => (
                  <Button
                    look="quiet"
                    onPress={() => {
                      setOpenId(id);
                    }}
                  >
                    {id}
                  </Button>
                ),
              },
              {
                id: 'failure',
                header: t.operations.code,
                cell: ({ failure }) => <span title={failure.message}>{failure.code}</span>,
              },
              runColumn(t.operations.run),
              {
                id: 'tenant',
                header: t.documents.tenant,
                kind: 'wide',
                cell: ({ tenantId }) => tenantId ?? '',
              },
              { id: 'at', header: t.operations.at, cell: ({ at }) => format.time(at) },
              {
                id: 'action',
                header: t.actions,
                cell: (row) =>
                  row.redriven === null ? (
                    <RedriveButton row={row} redrive={redrive} isAllowed={may('redrive')} />
                  ) : (
                    t.operations.redriven(row.redriven.revision)
                  ),
              },
            ]}
          />
        )}
      </Paged>
      {openId !== undefined && (
        <Details
          title={openId}
          onClose={() => {
            setOpenId(undefined);
          }}
        >
          <Detail id={openId} />
        </Details>
      )}
    </>
  );
}

function Detail({ id }: { readonly id: string }) {
  const { client } = useApi();
  const letter = useQuery({
    queryKey: ['dead-letters', 'one', id],
    queryFn: ({ signal }) => client.readDeadLetter({ id }, { signal }),
  });
  return (
    <Answered query={letter}>
      {({ failure, origin, value }) => (
        <>
          <p>
            {failure.message} ({failure.code})
          </p>
          <pre tabIndex={0}>{JSON.stringify({ origin, value }, null, 2)}</pre>
        </>
      )}
    </Answered>
  );
}
