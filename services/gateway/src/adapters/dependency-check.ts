import type { Clock } from '@docfleet/domain';
import { singleCheck } from '@docfleet/telemetry';
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

  const checkBroker = singleCheck(dependencies.broker, { clock, timeoutMs });
  const checkStore = singleCheck(dependencies.store, { clock, timeoutMs });
  const checkDatabase = singleCheck(dependencies.database, { clock, timeoutMs });
  const check = async (): Promise<DependencyStatus> => {
    const [broker, store, database] = await Promise.all([checkBroker(), checkStore(), checkDatabase()]);
    databaseSeen ||= database.answered;
    return {
      broker: broker.answered,
      store: store.answered,
      database: database.answered,
      databaseSeen,
    };
  };

  return () => {
    if (latest === undefined || clock.now() - latest.at >= freshMs)
      latest = { at: clock.now(), status: check() };
    return latest.status;
  };
}
