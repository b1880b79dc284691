import type { PageProgress, RecordCodec } from '@docfleet/contracts';
import { subjectWaits, type Clock } from '@docfleet/domain';
import type { LogRecord, RecordLog } from '@docfleet/record-log';
import { LRUCache } from 'lru-cache';
import { isEarlier, isSensible } from '../core/page-progress.ts';

/** Runs whose progress is kept, and for how long without news, in milliseconds. */
const maxRuns = 10_000;
const keptMs = 600_000;

/** Time in which news of an earlier stage is late news: each stage sends on its own, in milliseconds. */
const lateMs = 5_000;

/** Longest value that is decoded, in bytes: those of the stages have about 150. */
const maxBytes = 1_024;

/** Values that are decoded at the same time at most; others are lost. */
const maxDecoding = 100;

/** How many pages of their documents the stages have done, as far as it was told. */
export interface PageProgressView {
  of(runId: string): PageProgress | undefined;
  /** Resolves when there is news of one of the runs, or when `signal` aborts. Never rejects. */
  next(runIds: readonly string[], signal: AbortSignal): Promise<void>;
  /** Follows `documents.progress` from its end until `signal` aborts. */
  join(signal: AbortSignal): Promise<void>;
}

/** What is not a sensible record of a stage is passed over: whoever may write to the topic decides nothing by it. */
export function pageProgressView({
  recordLog,
  codec,
  clock,
}: {
  readonly recordLog: Pick<RecordLog, 'follow'>;
  readonly codec: Pick<RecordCodec, 'decode'>;
  readonly clock: Pick<Clock, 'now'>;
}): PageProgressView {
  const newest = new LRUCache<string, { readonly progress: PageProgress; readonly receivedAt: number }>({
    max: maxRuns,
    ttl: keptMs,
  });
  const waits = subjectWaits();
  let decoding = 0;

  const receive = async ({ key, value }: LogRecord): Promise<void> => {
    if (value === null || value.length > maxBytes || decoding >= maxDecoding) return;
    decoding += 1;
    try {
      const progress = await codec.decode('documents.progress', value);
      if (progress.runId !== key?.toString() || !isSensible(progress)) return;
      const known = newest.get(progress.runId);
      const receivedAt = clock.now();
      if (
        known !== undefined &&
        receivedAt - known.receivedAt < lateMs &&
        isEarlier(progress, known.progress)
      )
        return;
      newest.set(progress.runId, { progress, receivedAt });
      waits.wake(progress.runId);
    } catch {
      // Not a record of a stage, or the schema registry is away: it is lost.
    } finally {
      decoding -= 1;
    }
  };
  return {
    of: (runId) => newest.get(runId)?.progress,
    next: (runIds, signal) => waits.next(runIds, signal),
    join: (signal) =>
      recordLog.follow({
        topic: 'documents.progress',
        from: 'end',
        onRecord: (record) => void receive(record),
        signal,
      }),
  };
}
