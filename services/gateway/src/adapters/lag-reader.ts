import { stageSecondsSince, type Session } from '@docfleet/database';
import type { Clock } from '@docfleet/domain';
import { pausedLanes, type FleetView } from '@docfleet/fleet-level';
import type { KafkaAdmin } from '@docfleet/kafka';
import { progressOf, stageInputs, type GroupPositions } from '@docfleet/stage';
import { lagOf, type StageLag } from '../core/lag.ts';

/** Age up to which ended runs say how long a document takes, in milliseconds. */
const recentMs = 3_600_000;

/** Reads what waits before each stage. */
export type ReadLag = () => Promise<readonly StageLag[]>;

/**
 * Compares the positions of the stages' groups with the ends of their topics. Without the database no time is estimated.
 *
 * @throws FailureError `BROKER_UNAVAILABLE`
 */
export function lagReader(options: {
  readonly admin: GroupPositions & Pick<KafkaAdmin, 'members'>;
  /** Names of the topics that exist, which show the pools of extraction. */
  readonly topicNames: () => Promise<readonly string[]>;
  readonly session: Session;
  readonly view: Pick<FleetView, 'orders'>;
  readonly clock: Clock;
}): ReadLag {
  const { admin, topicNames, session, view, clock } = options;
  return async () => {
    const now = clock.now();
    const inputs = stageInputs(await topicNames());
    const [members, seconds, ...positions] = await Promise.all([
      admin.members(inputs.flatMap(({ groups }) => groups.map(({ group }) => group))),
      stageSecondsSince(session, now - recentMs).catch(() => new Map<string, number>()),
      ...inputs.map(async (input) => [input.stage, await progressOf(admin, input)] as const),
    ]);
    const orders = [...view.orders(now).values()];
    return lagOf({
      positions: new Map(positions),
      members: new Map(
        inputs.map(({ stage, groups }) => [
          stage,
          groups.reduce((sum, { group }) => sum + (members.get(group) ?? 0), 0),
        ]),
      ),
      secondsPerDocument: seconds,
      pausedLanes: (stage) => pausedLanes(orders, stage, now),
    });
  };
}
