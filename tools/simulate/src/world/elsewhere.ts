import { lanes, type Lane } from '@docfleet/domain';
import type { LogRecord } from '@docfleet/record-log';
import type { World } from './world.ts';

/** Endings that stand in the log, in all lanes. */
export function endingsIn(world: World): readonly LogRecord[] {
  return lanes.flatMap((lane) =>
    world.cluster
      .dump(`integration.tasks.${lane}`)
      .flatMap(({ record, state }) => (record !== null && state === 'committed' ? [record] : [])),
  );
}

/** Writes an ending once more, to the other partition of its lane or to another lane. */
export function copyElsewhere(world: World, ending: LogRecord, lane: Lane): void {
  const { key, value, headers } = ending;
  if (value === null) return;
  const topic = `integration.tasks.${lane}`;
  // Lanes of one index have one owner: with two there is another process that can take it up at the same time.
  const partition = world.plan.partitions === 2 ? 1 - ending.partition : ending.partition;
  const copy = { topic, partition, key, value, headers };
  world.history.count('endings sent elsewhere');
  world.history.note(
    () => `an ending of ${String(key)} comes once more, to ${topic}/${String(copy.partition)}`,
  );
  void world.cluster
    .log('tenant')
    .produce([copy])
    .catch(() => undefined);
}

/** The same for the ending of a run that has just been claimed at `home`, to another lane than that. */
export function copyClaimedElsewhere(
  world: World,
  claimed: { readonly runId: string; readonly home: string },
): void {
  const ending = endingsIn(world).find(({ key }) => String(key) === claimed.runId);
  const away = lanes.find((lane) => !claimed.home.includes(`.${lane}/`));
  if (ending !== undefined && away !== undefined) copyElsewhere(world, ending, away);
}
