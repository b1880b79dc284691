import type { Clock } from '@docfleet/domain';
import type { DependencyStatus } from '../core/readiness.ts';

/** Time a dependency has to answer, in milliseconds. */
const timeoutMs = 2_000;

/** Age up to which a result is reused, in milliseconds: several probes may ask at the same time. */
const freshMs = 2_000;

/** Returns a function that checks the dependencies, at most every two seconds. */
export function dependencyCheck(
  dependencies: {
    readonly broker: () => Promise<unknown>;
    readonly store: () => Promise<unknown>;
    readonly database: () => Promise<unknown>;
  },
  clock: Clock,
): () => Promise<DependencyStatus> {
  let databaseSeen = false;
  let latest: { readonly at: number; readonly status: Promise<DependencyStatus> } | undefined;

  const checkBroker = singleCheck(dependencies.broker, clock);
  const checkStore = singleCheck(dependencies.store, clock);
  const checkDatabase = singleCheck(dependencies.database, clock);
  const check = async (): Promise<DependencyStatus> => {
    const [broker, store, database] = await Promise.all([checkBroker(), checkStore(), checkDatabase()]);
    databaseSeen ||= database;
    return { broker, store, database, databaseSeen };
  };

  return () => {
    if (latest === undefined || clock.now() - latest.at >= freshMs)
      latest = { at: clock.now(), status: check() };
    return latest.status;
  };
}

/** Whether a dependency answers in time. While one call is unanswered no other is made. */
function singleCheck(call: () => Promise<unknown>, clock: Clock): () => Promise<boolean> {
  let pending: Promise<boolean> | undefined;
  return () => {
    pending ??= call()
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        pending = undefined;
      });
    const answer = pending;
    return new Promise((resolve) => {
      const cancel = clock.after(timeoutMs, () => {
        resolve(false);
      });
      void answer.then((answered) => {
        cancel();
        resolve(answered);
      });
    });
  };
}
