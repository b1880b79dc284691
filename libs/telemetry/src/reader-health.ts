import { healthOf, type HealthVerdict } from './health-server.ts';

/** Something a reader needs, by its name in messages. */
export interface Dependency {
  readonly name: string;
  /** Since when it has answered every check, in milliseconds since the epoch; undefined while it does not. */
  readonly answersSince: number | undefined;
}

/** What is known of a process that reads topics into a store. */
export interface ReaderFacts {
  readonly nowMs: number;
  /** Since when the oldest unread record has waited and its position has not moved; undefined when all is read. */
  readonly waitingSinceMs: number | undefined;
  /** Milliseconds since the fetch loop last did something. */
  readonly idleMs: number;
  readonly dependencies: readonly Dependency[];
  /** Time that an unread record may wait while every dependency answers, in milliseconds. */
  readonly longestWaitMs: number;
}

/** Time without progress of the fetch loop after which the process is not live, in milliseconds. */
const longestIdleMs = 90_000;

/**
 * Judges a reader. It is not live when nothing it needs is away and yet its oldest unread record has not moved for
 * `longestWaitMs`: a new start may help. While a dependency is away a new start does not help: it is not ready, and the reason names
 * the dependency. After a dependency has come back the reader has the same time to go on.
 */
export function judgeReader(facts: ReaderFacts): {
  readonly live: HealthVerdict;
  readonly ready: HealthVerdict;
} {
  const { nowMs, waitingSinceMs, idleMs, dependencies, longestWaitMs } = facts;
  const away = dependencies.filter(({ answersSince }) => answersSince === undefined);
  const ready = healthOf(away.map(({ name }) => `${name} does not answer`));
  const answering = Math.max(0, ...dependencies.map(({ answersSince }) => answersSince ?? nowMs));
  const waitedMs = waitingSinceMs === undefined ? 0 : nowMs - Math.max(waitingSinceMs, answering);
  const live = healthOf([
    waitedMs >= longestWaitMs
      ? `the oldest unread record has not moved for ${String(Math.floor(waitedMs / 1000))} s although everything needed answers`
      : undefined,
    idleMs > longestIdleMs && nowMs - answering >= longestIdleMs
      ? 'the Kafka fetch loop makes no progress'
      : undefined,
  ]);
  return { live: away.length === 0 ? live : healthOf([]), ready };
}
