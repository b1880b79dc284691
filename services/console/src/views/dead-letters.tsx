import type { DeadLetter } from '@docfleet/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice, Problem } from '../ui/feedback.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Paged } from '../ui/paged.tsx';
import { Table } from '../ui/table.tsx';

/** Records that a stage gave up, with a redrive for each. */
export function DeadLetterPage(): ReactNode {
  const { t, format } = useTexts();
  const { client, may } = useApi();
  const queries = useQueryClient();
  const [shown, setShown] = useState<'false' | 'all'>('false');
  const [openId, setOpenId] = useState<string>();
  const redrive = useMutation({
    mutationFn: (id: string) => client.redriveDeadLetter({ id }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['dead-letters'] }),
  });
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
              {
                id: 'run',
                header: t.operations.run,
                kind: 'wide',
                cell: (letter) => <Run letter={letter} />,
              },
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
                cell: ({ id, redriven, links }) => {
                  if (redriven !== null) return t.operations.redriven(redriven.revision);
                  if (links.redrive === null || !may('redrive')) return '';
                  return (
                    <Button
                      aria-label={t.operations.redriveOf(id)}
                      isDisabled={redrive.isPending}
                      onPress={() => {
                        redrive.mutate(id);
                      }}
                    >
                      {t.operations.redrive}
                    </Button>
                  );
                },
              },
            ]}
          />
        )}
      </Paged>
      {openId !== undefined && (
        <Dialog
          title={openId}
          isWide
          onClose={() => {
            setOpenId(undefined);
          }}
        >
          <Detail id={openId} />
          <div className="dialog-actions">
            <Button
              onPress={() => {
                setOpenId(undefined);
              }}
            >
              {t.close}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

function Run({ letter }: { readonly letter: DeadLetter }) {
  const { runId, links } = letter;
  if (runId === null || links.job === null) return runId ?? '';
  return (
    <Link to="/documents/$runId" params={{ runId }}>
      {runId}
    </Link>
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
