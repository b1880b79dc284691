/**
 * The life of a record in this process, from the fetch to the commit. Drawn in `docs/architecture.md`; a test compares
 * the picture with this table.
 *
 * - `received`: fetched, being decoded.
 * - `waitingUntilDue`: a retry whose delay is not over.
 * - `buffered`: waits for its turn in the scheduler.
 * - `executing`: its handler runs.
 * - `stopping`: its handler was told to stop, because the record is not this process's any more, and has not ended yet.
 * - `awaitingCommit`: what it writes is decided; it is encoded and queued.
 * - `committing`: part of a transaction that has begun.
 * - `inDoubt`: whether that transaction happened is being looked up in the log.
 * - `adopted`: its partition was assigned to this process again and is being opened in the new epoch.
 * - `done`: its offset is committed.
 * - `released`: given up; the log still has it, and whoever owns the partition reads it again.
 */
export const recordStates = [
  'received',
  'waitingUntilDue',
  'buffered',
  'executing',
  'stopping',
  'awaitingCommit',
  'committing',
  'inDoubt',
  'adopted',
  'done',
  'released',
] as const;
export type RecordState = (typeof recordStates)[number];

/** Who may move a record: the runner, its partition's commits, or the assignment of partitions. */
export type StateOwner = 'runner' | 'partition' | 'assignments';

/** From each state the states that may follow, and the one owner of that transition. */
export const transitions: Readonly<Record<RecordState, Readonly<Partial<Record<RecordState, StateOwner>>>>> =
  {
    received: {
      waitingUntilDue: 'runner',
      buffered: 'runner',
      awaitingCommit: 'runner',
      released: 'assignments',
    },
    waitingUntilDue: { buffered: 'runner', released: 'assignments' },
    buffered: { executing: 'runner', released: 'assignments' },
    executing: {
      awaitingCommit: 'runner',
      adopted: 'assignments',
      stopping: 'assignments',
      released: 'assignments',
    },
    stopping: { released: 'assignments' },
    awaitingCommit: { committing: 'partition', adopted: 'assignments', released: 'assignments' },
    committing: {
      done: 'partition',
      inDoubt: 'partition',
      adopted: 'assignments',
      released: 'assignments',
    },
    inDoubt: {
      done: 'partition',
      awaitingCommit: 'partition',
      buffered: 'partition',
      adopted: 'assignments',
      released: 'assignments',
    },
    adopted: {
      executing: 'assignments',
      awaitingCommit: 'assignments',
      stopping: 'assignments',
      released: 'assignments',
    },
    done: {},
    released: {},
  };

/** @throws Error when the transition does not exist, or belongs to another owner */
export function checkTransition(from: RecordState, to: RecordState, by: StateOwner): void {
  const owner = transitions[from][to];
  if (owner !== by)
    throw new Error(
      `a record cannot go from ${from} to ${to} by the ${by}: ${owner === undefined ? 'there is no such transition' : `this belongs to the ${owner}`}`,
    );
}
