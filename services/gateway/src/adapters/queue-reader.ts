import type { Run } from '@docfleet/contracts';
import type { FleetQueue, QueuedRun } from '@docfleet/database';
import type { Clock } from '@docfleet/domain';
import { estimate, fleetTimesOf, type FleetTimes, type QueueEstimate } from '../core/queue-estimate.ts';

/** Runs that are looked at: the place of a later one is not known. */
const maxOpenRuns = 10_000;

/** Newest passages of stages that estimates are made from, and their age at most, in milliseconds. */
const maxPassages = 1_000;
const passagesMs = 600_000;

/** Age up to which what was read is used, in milliseconds. */
const openMs = 1_000;
const timesMs = 5_000;

/** What was read is used for at least so many times as long as reading it took: reading takes 5 % of the time at most. */
const timesOfCost = 20;

/** The place of a run in the queue of its lane; null when it has ended, or is behind more runs than are looked at. */
export type ReadQueue = (run: Run) => Promise<QueueEstimate | null>;

/**
 * Reads the queues of the fleet at most once a second, however many ask. What the database does not answer is null: a place in
 * the queue must not fail the answer that it belongs to.
 */
export function queueReader(queue: FleetQueue, clock: Clock): ReadQueue {
  const openRuns = kept(clock, openMs, () => queue.open(maxOpenRuns + 1));
  const times = kept(clock, timesMs, async () =>
    fleetTimesOf(await queue.passagesSince(clock.now() - passagesMs, maxPassages)),
  );
  return async (run) => {
    if (run.endedAt !== null) return null;
    const read = await Promise.all([openRuns(), times()]).catch(() => undefined);
    return read === undefined ? null : placeOf(run, read, clock.now());
  };
}

function placeOf(
  run: Run,
  [open, times]: readonly [readonly QueuedRun[], FleetTimes],
  now: number,
): QueueEstimate | null {
  if (open.length > maxOpenRuns && !open.some(({ runId }) => runId === run.runId)) return null;
  const { mediaType = null, sizeBytes = 0 } = run.input ?? {};
  const sinceMs = Math.max(0, now - run.updatedAt);
  return estimate({ ...run, mediaType, sizeBytes, sinceMs }, { open, times });
}

/** Keeps what was read; callers at the same time share one reading. */
function kept<T>(clock: Clock, ageMs: number, read: () => Promise<T>): () => Promise<T> {
  let current: Promise<T> | undefined;
  let usableUntil = 0;
  return () => {
    if (current !== undefined && clock.now() < usableUntil) return current;
    const startedAt = clock.now();
    // Until it has been read, everybody waits for this reading.
    usableUntil = Infinity;
    current = read().finally(() => {
      usableUntil = clock.now() + Math.max(ageMs, timesOfCost * (clock.now() - startedAt));
    });
    return current;
  };
}
