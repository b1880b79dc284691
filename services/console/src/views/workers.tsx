import { useQuery } from '@tanstack/react-query';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Answered } from '../ui/answered.tsx';
import { Badge } from '../ui/badge.tsx';
import { Table } from '../ui/table.tsx';
import { OrderButton, useFleet } from './fleet.tsx';

/** The processes of the fleet, and what is delivered to webhooks. */
export function Workers() {
  const { t, format } = useTexts();
  const { client } = useApi();
  const fleet = useFleet();
  const webhooks = useQuery({
    queryKey: ['fleet', 'webhooks'],
    queryFn: ({ signal }) => client.countWebhooks({ signal }),
    refetchInterval: 10_000,
  });
  return (
    <>
      <Answered query={fleet}>
        {({ processes }) => (
          <Table
            caption={t.operations.workers}
            rows={processes}
            keyOf={({ process }) => process}
            empty={t.operations.noWorkers}
            columns={[
              { id: 'process', header: t.operations.process, cell: ({ process }) => process },
              { id: 'service', header: t.operations.service, cell: ({ service }) => service },
              {
                id: 'reported',
                header: t.operations.reported,
                cell: ({ reportedAt }) => format.exactTime(reportedAt),
              },
              {
                id: 'models',
                header: t.operations.models,
                kind: 'wide',
                cell: ({ models }) =>
                  models
                    .filter(({ inUse }) => inUse)
                    .map(({ version }) => version)
                    .join(', '),
              },
              {
                id: 'state',
                header: t.operations.state,
                cell: ({ drained }) =>
                  drained ? (
                    <Badge tone="warn" text={t.operations.drained} />
                  ) : (
                    <Badge tone="good" text={t.keys.active} />
                  ),
              },
              {
                id: 'action',
                header: t.actions,
                cell: ({ process, drained }) => (
                  <OrderButton
                    text={drained ? t.operations.undrain : t.operations.drain}
                    label={drained ? t.operations.undrainOf(process) : t.operations.drainOf(process)}
                    order={{ kind: 'drain', process, drained: !drained }}
                  />
                ),
              },
            ]}
          />
        )}
      </Answered>
      <section aria-labelledby="webhooks">
        <h2 id="webhooks">{t.operations.webhookCounts}</h2>
        <Answered query={webhooks}>
          {(counts) => (
            <dl className="facts">
              {(
                [
                  [t.operations.endpoints, counts.endpoints],
                  [t.operations.disabled, counts.disabledEndpoints],
                  [t.operations.pending, counts.pending],
                  [t.operations.delivered, counts.delivered],
                  [t.operations.failed, counts.failed],
                ] as const
              ).map(([name, count]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{format.number(count)}</dd>
                </div>
              ))}
            </dl>
          )}
        </Answered>
      </section>
    </>
  );
}
