import { stageTopics, type RecordCodec } from '@docfleet/contracts';
import { failure, toFailure } from '@docfleet/domain';
import type { OutgoingRecord } from '@docfleet/record-log';
import { failedEnding, recordsOf, type StepInput, type UnencodedRecord } from './step.ts';

/** Largest record that is written, in bytes (M-18): records carry references, never documents. */
export const maxRecordBytes = 256 * 1024;

/**
 * Encodes what a step writes. While the registry is away it waits (`pause` says whether to go on); a record that is
 * too large or does not fit its schema ends the run failed instead of stopping the partition.
 */
export async function encodeRecords(options: {
  readonly input: StepInput;
  readonly codec: RecordCodec;
  readonly pause: (error: unknown) => Promise<boolean>;
}): Promise<readonly OutgoingRecord[] | undefined> {
  let input = options.input;
  for (;;) {
    try {
      const records = await Promise.all(recordsOf(input).map((record) => encode(record, options.codec)));
      if (records.every((record) => record.value.length <= maxRecordBytes) || !canFail(input)) return records;
      input = failing(input, 'RECORD_TOO_LARGE');
    } catch (error) {
      if (toFailure(error).code !== 'REGISTRY_UNAVAILABLE' && canFail(input))
        input = failing(input, 'RECORD_INVALID');
      else if (!(await options.pause(error))) return undefined;
    }
  }
}

/** The stage that ends runs cannot end one in another way: it would send itself another ending for ever. */
function canFail(input: StepInput): boolean {
  const endsRuns = stageTopics(input.stage).deadLetter === null;
  return !endsRuns && input.run !== null && input.accepted && input.conclusion.kind !== 'endRun';
}

function failing(input: StepInput, code: 'RECORD_TOO_LARGE' | 'RECORD_INVALID'): StepInput {
  return {
    ...input,
    conclusion: { kind: 'endRun', ending: failedEnding(failure(code, { stage: input.stage })) },
  };
}

async function encode(record: UnencodedRecord, codec: RecordCodec): Promise<OutgoingRecord> {
  const value = 'bytes' in record ? record.bytes : await codec.encode(record.topic, record.value);
  return {
    topic: record.topic,
    ...(record.partition === undefined ? {} : { partition: record.partition }),
    key: record.key,
    value,
    headers: record.headers,
  };
}
