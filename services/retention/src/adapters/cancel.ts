import type { RecordCodec, Run, TopicName, TopicValues } from '@docfleet/contracts';
import { cancellationOf } from '@docfleet/database';
import { headerNames, type Clock } from '@docfleet/domain';
import type { RecordLog } from '@docfleet/record-log';
import { traceparentOf } from '@docfleet/telemetry';

/** Cancels runs that are to be erased. @throws what the log and the registry throw */
export function createCancel(options: {
  readonly recordLog: Pick<RecordLog, 'produce'>;
  readonly codec: RecordCodec;
  readonly clock: Clock;
}): (run: Run) => Promise<void> {
  const { recordLog, codec, clock } = options;
  const send = async <T extends TopicName>(topic: T, run: Run, value: TopicValues[T]): Promise<void> => {
    await recordLog.produce([
      {
        topic,
        key: Buffer.from(run.runId),
        value: await codec.encode(topic, value),
        headers: {
          [headerNames.traceparent]: traceparentOf(run.runId),
          [headerNames.tenant]: run.tenantId,
        },
      },
    ]);
  };
  return async (run) => {
    const { ending, stop } = cancellationOf(run, {
      order: { by: 'retention', at: clock.now() },
      stop: { by: 'retention' },
    });
    await send(`integration.tasks.${run.lane}`, run, ending);
    await send('documents.control', run, stop);
  };
}
