import type { TopicName } from '@docfleet/contracts';
import type { DeadLetterPosition } from '@docfleet/database';
import { FailureError } from '@docfleet/domain';
import type { LogRecord, RecordLog } from '@docfleet/record-log';

/** Time the log has to show a record, in milliseconds. */
const patienceMs = 5_000;

/**
 * Reads a dead letter where it stands. Undefined when its topic keeps it no longer.
 *
 * @throws FailureError `BROKER_UNAVAILABLE`
 */
export async function readDeadLetter(
  recordLog: Pick<RecordLog, 'readRange'>,
  { stage, partition, offset }: DeadLetterPosition,
): Promise<LogRecord | undefined> {
  const topic = `${stage}.dead-letter` as TopicName;
  const range = { at: { topic, partition }, from: offset, to: offset + 1n };
  try {
    const [record] = await recordLog.readRange({ ...range, signal: AbortSignal.timeout(patienceMs) });
    return record;
  } catch (cause) {
    throw new FailureError('BROKER_UNAVAILABLE', {}, { cause });
  }
}
