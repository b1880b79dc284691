import type { RecordCodec, RunContext, TopicName, TopicValues } from '@docfleet/contracts';
import { failure, toFailure, type Failure, type Delivery } from '@docfleet/domain';
import type { LogRecord } from '@docfleet/record-log';
import type { Stage } from './stage.ts';

/** What a record turned out to be. `gone`: it stopped to be this process's while the registry was away. */
export type Received<F extends TopicName> =
  | { readonly kind: 'task'; readonly task: TopicValues[F]; readonly run: RunContext }
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'gone' };

/**
 * Decodes a record and names the run it belongs to. What no schema reads is refused; while the registry is away it
 * waits (`pause` says whether to go on).
 */
export async function readTask<F extends TopicName>(options: {
  readonly record: LogRecord;
  readonly delivery: Delivery;
  readonly stage: Stage<F>;
  readonly codec: RecordCodec;
  readonly pause: (error: unknown) => Promise<boolean>;
}): Promise<Received<F>> {
  const { record, delivery, stage, codec, pause } = options;
  for (;;) {
    let task: TopicValues[F];
    try {
      task = await codec.decode(record.topic as F, record.value ?? Buffer.alloc(0));
    } catch (error) {
      if (toFailure(error).code === 'RECORD_UNDECODABLE') return refused(failure('RECORD_UNDECODABLE'));
      if (await pause(error)) continue;
      return { kind: 'gone' };
    }
    try {
      return { kind: 'task', task, run: stage.runOf(task, delivery.origin) };
    } catch (error) {
      return refused(toFailure(error));
    }
  }
}

function refused(why: Failure): Received<never> {
  return { kind: 'refused', failure: why };
}
