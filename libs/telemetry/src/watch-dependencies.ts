import type { Clock } from '@docfleet/domain';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Dependency } from './reader-health.ts';
import { singleCheck } from './single-check.ts';

/** Time a dependency has to answer a check, in milliseconds. */
const timeoutMs = 5_000;

/** Knows which dependencies of a process answer. */
export interface DependencyWatch {
  /** Asks all of them once. */
  check(): Promise<void>;
  /** What the last check found; before the first one nothing counts as away. */
  states(): readonly Dependency[];
}

/**
 * Watches what a process needs, by the names that its messages use (`Kafka`, `the database`). A call of `calls` rejects
 * while its dependency is away. Exports `docfleet_dependency_up`.
 */
export function watchDependencies(
  calls: Readonly<Record<string, () => Promise<unknown>>>,
  options: {
    readonly metrics: Pick<Metrics, 'gauge'>;
    readonly log: Pick<Log, 'info' | 'error'>;
    readonly clock: Clock;
  },
): DependencyWatch {
  const { metrics, log, clock } = options;
  const up = metrics.gauge('docfleet_dependency_up', '1 while the dependency answers, 0 while it is away.', [
    'dependency',
  ]);
  const watched = Object.entries(calls).map(([name, call]): Watched => ({
    name,
    ask: singleCheck(call, { clock, timeoutMs }),
    answersSince: clock.now(),
  }));
  return {
    check: async () => {
      await Promise.all(
        watched.map(async (dependency) => {
          const { name } = dependency;
          const answer = await dependency.ask();
          const wasAway = dependency.answersSince === undefined;
          if (answer.answered && wasAway) log.info('Dependency answers again', { dependency: name });
          if (!answer.answered && !wasAway)
            log.error('Dependency does not answer', answer.error, { dependency: name });
          dependency.answersSince = answer.answered ? (dependency.answersSince ?? clock.now()) : undefined;
          up.set({ dependency: name }, answer.answered ? 1 : 0);
        }),
      );
    },
    states: () => watched.map(({ name, answersSince }) => ({ name, answersSince })),
  };
}

interface Watched {
  readonly name: string;
  readonly ask: ReturnType<typeof singleCheck>;
  answersSince: number | undefined;
}
