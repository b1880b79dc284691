import type { FleetHealth, RecordCodec } from '@docfleet/contracts';
import { sleep, type Clock } from '@docfleet/domain';
import type { RecordLog } from '@docfleet/record-log';

/** A change is told within this time, in milliseconds: what breaks everywhere at once is not told at once. */
const changeSpreadMs = 500;

/** Reports are sent up to this share earlier than due, so that processes started together do not stay together. */
const jitterShare = 0.2;

/** Tells the fleet how this process is: regularly, and soon after every change. */
export interface HealthReporter {
  changed(): void;
}

/** Reports until `signal` aborts; a report that cannot be written is not kept: the next one says more. */
export function reportHealth(options: {
  readonly recordLog: Pick<RecordLog, 'produce'>;
  readonly codec: Pick<RecordCodec, 'encode'>;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  readonly everyMs: number;
  readonly signal: AbortSignal;
  readonly report: () => FleetHealth;
  /** Told of the first failure of a row. */
  readonly onFailure: (error: unknown) => void;
}): HealthReporter {
  const { recordLog, codec, clock, random, everyMs, signal } = options;
  let change = new AbortController();
  let failing = false;

  const write = async (): Promise<void> => {
    const report = options.report();
    const value = await codec.encode('fleet.health', report);
    await recordLog.produce([
      { topic: 'fleet.health', key: Buffer.from(report.process), value, headers: {} },
    ]);
  };
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      change = new AbortController();
      try {
        await write();
        failing = false;
      } catch (error) {
        if (!failing) options.onFailure(error);
        failing = true;
      }
      const dueInMs = everyMs * (1 - jitterShare * random());
      await sleep(clock, dueInMs, AbortSignal.any([signal, change.signal])).catch(() => undefined);
      if (change.signal.aborted) await sleep(clock, changeSpreadMs * random(), signal).catch(() => undefined);
    }
  };
  void run();
  return {
    changed: () => {
      change.abort(new Error('changed'));
    },
  };
}
