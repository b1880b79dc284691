import type { PageProgress, RecordCodec, RunContext } from '@docfleet/contracts';
import { sleep, type Clock, type StageName } from '@docfleet/domain';
import type { RecordLog } from '@docfleet/record-log';
import type { PagesDone } from '@docfleet/stage';

/** Least time between two records of one run, in milliseconds. */
const intervalMs = 1_000;

/** Runs whose progress waits to be sent at most; that of others is dropped. */
const maxRuns = 1_000;

/**
 * Sends how many pages of their documents the runs of a stage have done, to `documents.progress`: the newest state of each
 * run, at most once a second, on a producer without transactions. The returned function neither waits nor throws; what cannot
 * be sent is lost.
 */
export function pageProgressSender(options: {
  readonly stage: StageName;
  readonly recordLog: Pick<RecordLog, 'produce'>;
  readonly codec: Pick<RecordCodec, 'encode'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}): (run: RunContext, pages: PagesDone) => void {
  const { stage, recordLog, codec, clock, signal } = options;
  const waiting = new Map<string, PageProgress>();
  let sending = false;

  const sendWaiting = async (): Promise<void> => {
    const newest = [...waiting.values()];
    waiting.clear();
    const records = await Promise.all(
      newest.map(async (progress) => ({
        topic: 'documents.progress',
        key: Buffer.from(progress.runId),
        value: await codec.encode('documents.progress', progress),
        headers: {},
      })),
    );
    await recordLog.produce(records);
  };
  const sendUntilNoneWaits = async (): Promise<void> => {
    sending = true;
    while (waiting.size > 0 && !signal.aborted) {
      await sendWaiting().catch(() => undefined);
      await sleep(clock, intervalMs, signal).catch(() => undefined);
    }
    sending = false;
  };
  return ({ runId, revision, tenantId }, pages) => {
    if (waiting.size >= maxRuns && !waiting.has(runId)) return;
    waiting.set(runId, { runId, revision, tenantId, stage, ...pages, at: clock.now() });
    if (!sending) void sendUntilNoneWaits();
  };
}
