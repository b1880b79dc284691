import type { RecordLog } from '@docfleet/record-log';
import type { TerminalLog } from '../ports.ts';

/** The terminal topics of a record log. */
export function terminalLog(log: RecordLog): TerminalLog {
  return {
    partitionOf: (topic, runId) => log.partitionOf(topic, Buffer.from(runId)),
    endOffset: (at) => log.endOffset(at),
    holds: async (at, event, range, signal) => {
      const records = await log.readRange({ at, ...range, signal });
      return records.some((record) => record.value?.equals(event) ?? false);
    },
  };
}
