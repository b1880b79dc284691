import type { RecordCodec } from '@docfleet/contracts';
import { createWriteTimes, timeWrite } from '@docfleet/database';
import type { Clock } from '@docfleet/domain';
import { fleetMember, processName } from '@docfleet/fleet-level';
import type { RecordLog } from '@docfleet/record-log';
import type { SettableBreaker } from '@docfleet/resilience';
import type { Log, Metrics } from '@docfleet/telemetry';
import { writeFleetLevel } from './fleet-level-writer.ts';
import type { ReadModelWriter } from './read-model-writer.ts';

/** The ledger's part in the fleet's level: it measures the database, reports its health, and computes the level. */
export interface FleetParticipation {
  /** The writer with its writes measured. */
  measured(writer: ReadModelWriter): ReadModelWriter;
  /** Reports health and computes the level until the signal aborts. */
  run(): Promise<void>;
}

export function fleetParticipation(options: {
  readonly recordLog: RecordLog;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
  /** The breaker of the database. */
  readonly breaker: SettableBreaker;
  readonly signal: AbortSignal;
}): FleetParticipation {
  const { clock, signal } = options;
  const times = createWriteTimes();
  const member = fleetMember({ ...options, service: 'ledger', process: processName('ledger') });
  member.watch(options.breaker);
  member.measure('database-write-seconds', () => times.percentileSeconds(clock.now()));
  return {
    measured: (writer) => ({
      ...writer,
      write: timeWrite((at, batch) => writer.write(at, batch), { times, clock }),
    }),
    run: async () => {
      try {
        await Promise.all([member.join(signal), writeFleetLevel(options)]);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
  };
}
