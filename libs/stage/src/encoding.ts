import {
  stageTopics,
  type RecordCodec,
  type RunContext,
  type TopicName,
  type TopicValues,
} from '@docfleet/contracts';
import { type Delivery, type Failure, failure, toFailure } from '@docfleet/domain';
import type { LogRecord, OutgoingRecord } from '@docfleet/record-log';
import type { Stage } from './stage.ts';
import { failedEnding, recordsOf, type StepInput, type UnencodedRecord } from './step.ts';

/**
 * Waits while the registry is away.
 *
 * @returns whether to try again; false when the record is not this process's any more
 */
export type WaitForRegistry = (error: unknown) => Promise<boolean>;

/** What a record decodes to. `released`: it stopped to be this process's while the registry was away. */
export type Decoded<F extends TopicName> =
  | { readonly kind: 'task'; readonly value: TopicValues[F]; readonly run: RunContext }
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'released' };

/** Decodes a record and names the run it belongs to. What no schema decodes is refused. */
export async function decodeTask<F extends TopicName>(options: {
  readonly record: LogRecord;
  readonly delivery: Delivery;
  readonly stage: Stage<F>;
  readonly codec: RecordCodec;
  readonly waitForRegistry: WaitForRegistry;
}): Promise<Decoded<F>> {
  const { record, delivery, stage, codec, waitForRegistry } = options;
  for (;;) {
    let value: TopicValues[F];
    try {
      value = await codec.decode(record.topic as F, record.value ?? Buffer.alloc(0));
    } catch (error) {
      if (toFailure(error).code === 'RECORD_UNDECODABLE') return refused(failure('RECORD_UNDECODABLE'));
      if (await waitForRegistry(error)) continue;
      return { kind: 'released' };
    }
    try {
      return { kind: 'task', value, run: stage.runOf(value, delivery.origin) };
    } catch (error) {
      return refused(toFailure(error));
    }
  }
}

function refused(why: Failure): Decoded<never> {
  return { kind: 'refused', failure: why };
}

/** Largest record that is written, in bytes (M-18): records carry references, never documents. */
export const maxRecordBytes = 256 * 1024;

/**
 * Encodes what a step writes. A record that is too large or does not fit its schema ends the run failed instead of
 * blocking the partition, also when it is the ending that its stage gave the run. Undefined when the record stopped to be this process's while the registry was away.
 */
export async function encodeStep(options: {
  readonly input: StepInput;
  readonly codec: RecordCodec;
  readonly waitForRegistry: WaitForRegistry;
}): Promise<readonly OutgoingRecord[] | undefined> {
  const { codec, waitForRegistry } = options;
  let input = options.input;
  let mayFail = canFail(input);
  for (;;) {
    let problem: 'RECORD_TOO_LARGE' | 'RECORD_INVALID' = 'RECORD_TOO_LARGE';
    try {
      const records = await Promise.all(recordsOf(input).map((record) => encode(record, codec)));
      if (records.every((record) => record.value.length <= maxRecordBytes) || !mayFail) return records;
    } catch (error) {
      if (toFailure(error).code === 'REGISTRY_UNAVAILABLE' || !mayFail) {
        if (!(await waitForRegistry(error))) return undefined;
        continue;
      }
      problem = 'RECORD_INVALID';
    }
    // Once: an ending without results fits its schema.
    mayFail = false;
    input = failing(input, problem);
  }
}

/** The stage that emits the endings cannot end a run in another way: it would send itself another ending for ever. */
function canFail({ stage, run, accepted }: StepInput): boolean {
  const emitsEndings = stageTopics(stage).deadLetter === null;
  return !emitsEndings && run !== null && accepted;
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
