import { lanes, partitionName, type Lane } from '@docfleet/domain';
import type { LogRecord } from '@docfleet/record-log';
import type { World } from './world.ts';

/** Committed endings in the log, in all lanes. */
export function endingsIn(world: World): readonly LogRecord[] {
  return lanes.flatMap((lane) =>
    world.cluster
      .dump(`integration.tasks.${lane}`)
      .flatMap(({ record, state }) => (record !== null && state === 'committed' ? [record] : [])),
  );
}

/** Writes an ending again, to the other partition of its lane or to another lane. */
export function copyElsewhere(world: World, ending: LogRecord, lane: Lane): void {
  const { key, value, headers } = ending;
  if (value === null) return;
  const topic = `integration.tasks.${lane}`;
  // Partitions of one index have one owner; with two indices another process can execute the copy concurrently.
  const partition = world.plan.partitions === 2 ? 1 - ending.partition : ending.partition;
  const copy = { topic, partition, key, value, headers };
  world.history.count('endings sent elsewhere');
  world.history.note(() => `an ending of ${String(key)} is written again, to ${partitionName(copy)}`);
  void world.cluster
    .log('tenant')
    .produce([copy])
    .catch(() => undefined);
}

/** Copies the ending of a run that was just claimed at `home` to another lane. */
export function copyClaimedElsewhere(
  world: World,
  claimed: { readonly runId: string; readonly home: string },
): void {
  const ending = endingsIn(world).find(({ key }) => String(key) === claimed.runId);
  const otherLane = lanes.find((lane) => !claimed.home.includes(`.${lane}/`));
  if (ending !== undefined && otherLane !== undefined) copyElsewhere(world, ending, otherLane);
}
