import { explainFailure, type NamedServer } from './explain-failure.ts';

/** Time after which a problem that was not seen again counts as gone, in milliseconds: clients try again sooner. */
const rememberedMs = 45_000;

/** Time until the same line is logged again while the problem lasts, in milliseconds. */
const repeatAfterMs = 600_000;

/** What keeps this process from using its servers, for its log and for `/ready`. */
export interface ConnectionProblems {
  /** Takes every failure of calls to a server. Those that pass by themselves are left to the caller. */
  reporterOf(server: NamedServer): (error: unknown) => void;
  /** One line for each problem that was seen lately. */
  current(): readonly string[];
}

/**
 * Collects failures that only a person can end. Each is logged once, and again only every ten minutes: clients try on,
 * and every attempt fails in the same way.
 */
export function connectionProblems(options: {
  /** Monotonic or wall time, in milliseconds. */
  readonly now: () => number;
  readonly log: (line: string) => void;
}): ConnectionProblems {
  const { now, log } = options;
  const seen = new Map<string, { readonly loggedAt: number; readonly seenAt: number }>();
  return {
    reporterOf: (server) => (error) => {
      const line = explainFailure(server, error);
      if (line === undefined) return;
      const at = now();
      const before = seen.get(line);
      const isDue = before === undefined || at - before.loggedAt >= repeatAfterMs;
      seen.set(line, { loggedAt: isDue ? at : before.loggedAt, seenAt: at });
      if (isDue) log(line);
    },
    current: () => {
      const since = now() - rememberedMs;
      return [...seen].filter(([, { seenAt }]) => seenAt >= since).map(([line]) => line);
    },
  };
}
