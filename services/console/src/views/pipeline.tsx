import type { FleetOrder, Lag } from '@docfleet/client';
import { useQuery } from '@tanstack/react-query';
import { isPaused } from '../model/orders.ts';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Answered } from '../ui/answered.tsx';
import { Badge } from '../ui/badge.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { OrderButton, useFleet } from './fleet.tsx';

type StageLag = Lag['stages'][number];

const everyMs = 3_000;

/** What waits before each stage, by lane. */
export function Pipeline() {
  const { t, format } = useTexts();
  const { client } = useApi();
  const fleet = useFleet();
  const lag = useQuery({
    queryKey: ['fleet', 'lag'],
    queryFn: ({ signal }) => client.readFleetLag({ signal }),
    refetchInterval: everyMs,
  });
  const orders: readonly FleetOrder[] = fleet.data?.orders ?? [];
  const stageName = ({ stage }: StageLag): string => t.stage[stage] ?? stage;
  const lanes = (['urgent', 'high', 'normal'] as const).map((lane): Column<StageLag> => ({
    id: lane,
    header: t.lane[lane],
    kind: 'number',
    cell: (stage) => {
      const found = stage.lanes.find((each) => each.lane === lane);
      if (found === undefined) return '';
      const time = found.seconds === null ? null : format.duration(found.seconds * 1_000);
      return (
        <>
          {found.records === 0 ? '0' : t.operations.waits(format.number(found.records), time)}
          {found.paused && <Badge tone="warn" text={t.operations.paused} />}
        </>
      );
    },
  }));
  return (
    <Answered query={lag}>
      {({ stages }) => (
        <Table
          caption={t.operations.pipeline}
          rows={stages}
          keyOf={({ stage }) => stage}
          empty={t.none}
          columns={[
            { id: 'stage', header: t.operations.stage, cell: stageName },
            ...lanes,
            {
              id: 'retrying',
              header: t.operations.retrying,
              kind: 'number',
              cell: ({ retrying }) => format.number(retrying),
            },
            {
              id: 'members',
              header: t.operations.members,
              kind: 'number',
              cell: ({ members }) => (members === 0 ? <Badge tone="bad" text="0" /> : format.number(members)),
            },
            {
              id: 'each',
              header: t.operations.perDocument,
              kind: 'number',
              cell: ({ secondsPerDocument: seconds }) =>
                seconds === null ? '' : format.duration(seconds * 1_000),
            },
            {
              id: 'action',
              header: t.actions,
              cell: (row) => {
                const isStopped = isPaused(orders, row.stage);
                const name = stageName(row);
                return (
                  <OrderButton
                    text={isStopped ? t.operations.resume : t.operations.pause}
                    label={isStopped ? t.operations.resumeStage(name) : t.operations.pauseStage(name)}
                    order={{ kind: 'pause', stage: row.stage, lane: null, paused: !isStopped }}
                  />
                );
              },
            },
          ]}
        />
      )}
    </Answered>
  );
}
