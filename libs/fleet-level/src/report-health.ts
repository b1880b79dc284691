import type { FleetHealth, RecordCodec } from '@docfleet/contracts';
import { sleep, type Clock } from '@docfleet/domain';
import type { RecordLog } from '@docfleet/record-log';

/** Random delay of a report after a change, in milliseconds: a common fault must not make all processes report at once. */
const changeSpreadMs = 500;

/** Jitter: reports are sent up to this share of the interval early, so that processes do not report in step. */
const jitterShare = 0.2;

/** Reports the health of this process periodically, and soon after every change. */
export interface HealthReporter {
  changed(): void;
}

/** Reports until `signal` aborts. A report that cannot be written is dropped; the next one replaces it. */
export function reportHealth(options: {
  readonly recordLog: Pick<RecordLog, 'produce'>;
  readonly codec: Pick<RecordCodec, 'encode'>;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  readonly everyMs: number;
  readonly signal: AbortSignal;
  readonly report: () => FleetHealth;
  /** Called with the first of consecutive failures. */
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
