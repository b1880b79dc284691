import type { SetAsideRecords } from '@docfleet/database';
import type { Log, Metrics } from '@docfleet/telemetry';
import type { ExceptionalRecord } from './isolate-records.ts';

/** Logs and counts the records that the read model could not store as they are. */
export function exportExceptions(
  metrics: Pick<Metrics, 'counter' | 'gauge'>,
  log: Log,
  records: Pick<SetAsideRecords, 'waiting'>,
): { note(exceptional: readonly ExceptionalRecord[]): void; count(): Promise<void> } {
  const labels = ['topic', 'cause'] as const;
  const setAside = metrics.counter(
    'docfleet_ledger_set_aside_total',
    'Records that the read model can never store and that were set aside.',
    labels,
  );
  const reduced = metrics.counter(
    'docfleet_ledger_reduced_total',
    'Records that the read model stored in a reduced form.',
    labels,
  );
  const waiting = metrics.gauge(
    'docfleet_ledger_set_aside_records',
    'Records that are set aside and were not redriven.',
  );
  return {
    note: (exceptional) => {
      for (const { kind, topic, partition, offset, runId, refusal } of exceptional) {
        const { cause, message } = refusal;
        const facts = { topic, partition, offset: String(offset), cause, reason: message };
        const own = runId === null ? log : log.child({ runId });
        if (kind === 'set-aside') {
          setAside.inc({ topic, cause });
          own.error(
            'Record can never be stored in the read model and was set aside; mend the cause, then redrive it with npm run operate -- set-aside redrive',
            undefined,
            facts,
          );
        } else {
          reduced.inc({ topic, cause });
          own.warn('Record was stored in a reduced form, because the read model refuses it as it is', facts);
        }
      }
    },
    count: async () => {
      waiting.set({}, await records.waiting());
    },
  };
}
