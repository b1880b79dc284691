import type { TopicName, DeadLetterPosition } from '@docfleet/contracts';
import { FailureError } from '@docfleet/domain';
import type { LogRecord, RecordLog } from '@docfleet/record-log';

/** Time the broker has to return a record, in milliseconds. */
const timeoutMs = 5_000;

/**
 * Reads the record of a dead letter from its topic. Undefined when retention has removed it.
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
    const [record] = await recordLog.readRange({ ...range, signal: AbortSignal.timeout(timeoutMs) });
    return record;
  } catch (cause) {
    throw new FailureError('BROKER_UNAVAILABLE', {}, { cause });
  }
}
