import type { TopicPartition } from '@docfleet/domain';
import { backoffMs } from './wait.ts';

/** State of a partition that is fetched. Every `start` replaces it, so late responses for the old one are dropped. */
export interface FetchState extends TopicPartition {
  readonly epoch: number;
  /** Undefined until the beginning of the log has been looked up. */
  offset: bigint | undefined;
  paused: boolean;
  /** Failures in a row; a partition with one is fetched alone, so that it fails no other. */
  failures: number;
  /** It rests until then, in milliseconds of `performance.now()`. */
  restsUntilMs: number;
}

/** Failures in a row from which a partition counts as unreadable: a change of its leader takes fewer. */
const unreadableFrom = 3;

export function newState(
  { topic, partition }: TopicPartition,
  epoch: number,
  offset: bigint | null,
): FetchState {
  // Field by field: the place may be a whole batch, which must not be retained.
  return {
    topic,
    partition,
    epoch,
    offset: offset ?? undefined,
    paused: false,
    failures: 0,
    restsUntilMs: 0,
  };
}

export function isDue({ paused, restsUntilMs }: FetchState, nowMs: number): boolean {
  return !paused && restsUntilMs <= nowMs;
}

export function isUnreadable({ failures }: FetchState): boolean {
  return failures >= unreadableFrom;
}

export function succeededFetch(state: FetchState): void {
  state.failures = 0;
  state.restsUntilMs = 0;
}

/** Counts a failure; returns how long the partition rests, in milliseconds. */
export function failedFetch(state: FetchState, nowMs: number): number {
  state.failures += 1;
  const delayMs = backoffMs(state.failures);
  state.restsUntilMs = nowMs + delayMs;
  return delayMs;
}
