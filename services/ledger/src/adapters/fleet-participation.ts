import type { RecordCodec } from '@docfleet/contracts';
import type { Clock } from '@docfleet/domain';
import { fleetMember, processName } from '@docfleet/fleet-level';
import type { RecordLog } from '@docfleet/record-log';
import type { Log, Metrics } from '@docfleet/telemetry';
import { createWriteTimes } from '../core/fleet-write-times.ts';
import type { Book } from './book.ts';
import { databaseBreaker, probeDatabase, watchWrite } from './fleet-book.ts';
import { keepFleetLevel } from './fleet-keeper.ts';

/** What the ledger does for the fleet's level: it measures the database, reports like everybody, and folds. */
export interface FleetPart {
  /** The book with its writes measured and guarded. */
  watch(book: Book): Book;
  /** Reports and folds until the signal aborts. */
  run(): Promise<void>;
  /** After the last write. */
  close(): void;
}

export function fleetPart(options: {
  readonly recordLog: RecordLog;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly database: { ready(): Promise<void> };
  readonly signal: AbortSignal;
}): FleetPart {
  const { clock, signal } = options;
  const breaker = databaseBreaker();
  const times = createWriteTimes();
  const member = fleetMember({ ...options, service: 'ledger', process: processName('ledger') });
  member.watch(breaker);
  member.measure('database-write-seconds', () => times.medianSeconds(clock.now()));
  probeDatabase(breaker, options.database, signal);
  return {
    watch: (book) => ({
      ...book,
      book: watchWrite((at, batch) => book.book(at, batch), { breaker, times, clock, signal }),
    }),
    run: async () => {
      try {
        await Promise.all([member.join(signal), keepFleetLevel(options)]);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
    close: () => {
      breaker.close();
    },
  };
}
