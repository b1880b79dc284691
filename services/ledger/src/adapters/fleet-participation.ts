import type { RecordCodec } from '@docfleet/contracts';
import type { Clock } from '@docfleet/domain';
import { fleetMember, processName } from '@docfleet/fleet-level';
import type { RecordLog } from '@docfleet/record-log';
import type { Log, Metrics } from '@docfleet/telemetry';
import { createWriteTimes } from '../core/write-times.ts';
import { databaseBreaker, guardWrite, probeDatabase } from './database-guard.ts';
import { writeFleetLevel } from './fleet-level-writer.ts';
import type { ReadModelWriter } from './read-model-writer.ts';

/** The ledger's part in the fleet's level: it measures the database, reports its health, and computes the level. */
export interface FleetParticipation {
  /** The writer with its writes behind the breaker and measured. */
  guard(writer: ReadModelWriter): ReadModelWriter;
  /** Reports health and computes the level until the signal aborts. */
  run(): Promise<void>;
  /** Closes the breaker's timers; call it after the last write. */
  close(): void;
}

export function fleetParticipation(options: {
  readonly recordLog: RecordLog;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly database: { ready(): Promise<void> };
  readonly signal: AbortSignal;
}): FleetParticipation {
  const { clock, signal } = options;
  const breaker = databaseBreaker();
  const times = createWriteTimes();
  const member = fleetMember({ ...options, service: 'ledger', process: processName('ledger') });
  member.watch(breaker);
  member.measure('database-write-seconds', () => times.medianSeconds(clock.now()));
  probeDatabase(breaker, options.database, signal);
  return {
    guard: (writer) => ({
      ...writer,
      write: guardWrite((at, batch) => writer.write(at, batch), { breaker, times, clock, signal }),
    }),
    run: async () => {
      try {
        await Promise.all([member.join(signal), writeFleetLevel(options)]);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
    close: () => {
      breaker.close();
    },
  };
}
