import type { Clock } from '@docfleet/domain';
import type { Seen } from '../core/readiness.ts';

/** Time a system has to answer, in milliseconds. */
const patienceMs = 2_000;

/** Age up to which an answer is good, in milliseconds: probes come often and from several sides. */
const freshMs = 2_000;

/** Looks at the outside systems, at most every two seconds. */
export function lookAt(
  systems: {
    readonly broker: () => Promise<unknown>;
    readonly store: () => Promise<unknown>;
    readonly database: () => Promise<unknown>;
  },
  clock: Clock,
): () => Promise<Seen> {
  let databaseEver = false;
  let latest: { readonly at: number; readonly seen: Promise<Seen> } | undefined;

  const broker = askOnce(systems.broker, clock);
  const store = askOnce(systems.store, clock);
  const database = askOnce(systems.database, clock);
  const look = async (): Promise<Seen> => {
    const [brokerThere, storeThere, databaseThere] = await Promise.all([broker(), store(), database()]);
    databaseEver ||= databaseThere;
    return { broker: brokerThere, store: storeThere, database: databaseThere, databaseEver };
  };

  return () => {
    if (latest === undefined || clock.now() - latest.at >= freshMs)
      latest = { at: clock.now(), seen: look() };
    return latest.seen;
  };
}

/** Whether a system answers in time. One that has not answered the last question is not asked another one. */
function askOnce(ask: () => Promise<unknown>, clock: Clock): () => Promise<boolean> {
  let asking: Promise<boolean> | undefined;
  return () => {
    asking ??= ask()
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        asking = undefined;
      });
    const answer = asking;
    return new Promise((resolve) => {
      const cancel = clock.after(patienceMs, () => {
        resolve(false);
      });
      void answer.then((answered) => {
        cancel();
        resolve(answered);
      });
    });
  };
}
