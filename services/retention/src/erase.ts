import type { Erasure, Run } from '@docfleet/contracts';
import {
  auditIn,
  consumerOffsetsIn,
  erasureWorkIn,
  runLivesIn,
  tenantSettingsIn,
  type Database,
  type RunToErase,
  type Session,
} from '@docfleet/database';
import { runFolder, uploadFolder, type Clock } from '@docfleet/domain';
import type { RemovableObjectStore } from '@docfleet/objects';
import type { Log } from '@docfleet/telemetry';
import { eraseClaim, removeAll } from './adapters/run-objects.ts';

/** Requests, and runs of one request, that one step works on. */
const requestsAtOnce = 20;
const runsAtOnce = 50;

/** Interval after which the cancellation of a run that has still not ended is sent again, in milliseconds. */
const cancelAgainMs = 30_000;

/** Consumers whose locks keep their writes apart from a removal, in the order in which they are taken. */
const consumers = ['ledger', 'webhooks'] as const;

export interface ErasureParts {
  readonly database: Pick<Database, 'session' | 'transaction' | 'whileLocked'>;
  readonly store: RemovableObjectStore;
  /** Cancels a run; repeating it is safe. */
  readonly cancel: (run: Run) => Promise<void>;
  /** Removes the cached readings of a tenant. */
  readonly clearCache: (tenantId: string) => Promise<number>;
  readonly clock: Clock;
  readonly log: Log;
  readonly settleMs: number;
  readonly onErased: (erased: { readonly runs: number; readonly objects: number }) => void;
}

/**
 * Continues the requested erasures by one step each; returned is a function that keeps in mind which runs it has
 * cancelled. What a crash interrupts, the next step repeats: a run counts as erased only once its objects are gone.
 */
export function createErasure(parts: ErasureParts): (signal: AbortSignal) => Promise<void> {
  const cancelled = new Map<string, number>();

  const cancelUnlessAsked = async (run: Run): Promise<void> => {
    const now = parts.clock.now();
    if (now - (cancelled.get(run.runId) ?? -Infinity) < cancelAgainMs) return;
    await parts.cancel(run);
    cancelled.set(run.runId, now);
  };

  const step = async (erasure: Erasure, signal: AbortSignal): Promise<void> => {
    const { database, clock } = parts;
    const work = erasureWorkIn(database.session);
    const found = await work.runs(erasure, runsAtOnce);
    const lives = await runLivesIn(database.session).of(found.map(({ runId }) => runId));
    for (const each of found) {
      const life = lives.get(each.runId);
      if (life?.unfinished === true) {
        if (each.run !== undefined) await cancelUnlessAsked(each.run);
      } else if (clock.now() - (life?.lastAt ?? 0) >= parts.settleMs) {
        cancelled.delete(each.runId);
        await eraseRun(parts, { erasure, ...each }, signal);
      }
    }
    if (found.length === 0) await finish(parts, erasure, signal);
  };

  return async (signal) => {
    await parts.database.whileLocked('erasure', async () => {
      for (const erasure of await erasureWorkIn(parts.database.session).open(requestsAtOnce)) {
        signal.throwIfAborted();
        const { erasureId, tenantId, runId } = erasure;
        await step(erasure, signal).catch((error: unknown) => {
          parts.log
            .child({ tenant: tenantId, runId: runId ?? undefined })
            .error('Erasure could not be continued; trying again', error, { erasureId });
        });
      }
    });
  };
}

/** The claim first, so that nothing of the run begins again; the rows last, so that an interrupted removal is repeated. */
async function eraseRun(
  { database, store, clock, log, onErased }: ErasureParts,
  { erasure, runId, run }: RunToErase & { readonly erasure: Erasure },
  signal: AbortSignal,
): Promise<void> {
  const { tenantId, erasureId } = erasure;
  const claimDate = await eraseClaim(store, { runId, claimDate: run?.claimDate ?? null }, signal);
  const folders = [
    `${uploadFolder(tenantId)}${runId}/`,
    ...(claimDate === null ? [] : [runFolder({ claimDate, runId })]),
  ];
  let objects = 0;
  for (const folder of folders) objects += await removeAll(store, { prefix: folder }, signal);
  await database.transaction(async (session) => {
    await lockConsumers(session);
    const work = erasureWorkIn(session);
    await work.removeRun({ runId, tenantId, at: clock.now() });
    await work.note(erasureId, { runs: 1, objects, state: 'erasing' });
  });
  onErased({ runs: 1, objects });
  log
    .child({ runId, requestId: run?.requestId ?? undefined, tenant: tenantId })
    .info('Run erased', { erasureId, objects });
}

async function lockConsumers(session: Session): Promise<void> {
  for (const consumer of consumers) await consumerOffsetsIn(session).lock(consumer, '', 0);
}

/** What belongs to no single run, and the end of the request. */
async function finish(parts: ErasureParts, erasure: Erasure, signal: AbortSignal): Promise<void> {
  const { database, store, clock, log, onErased } = parts;
  const { erasureId, tenantId, runId, requestedAt, requestedBy } = erasure;
  let objects = 0;
  if (runId === null) {
    objects = await removeAll(store, { prefix: uploadFolder(tenantId), modifiedUntil: requestedAt }, signal);
  }
  const cached = await parts.clearCache(tenantId);
  await database.transaction(async (session) => {
    const work = erasureWorkIn(session);
    await work.note(erasureId, { runs: 0, objects, state: 'erasing' });
    if (runId === null) {
      await work.removeBatches(tenantId, requestedAt);
      await tenantSettingsIn(session).remove(tenantId, clock.now());
      await lockConsumers(session);
      await work.removeTenantWebhooks(tenantId, requestedAt);
    }
    await work.finish(erasureId, clock.now());
    await auditIn(session).add({
      at: clock.now(),
      actorKeyId: requestedBy,
      actorRole: 'retention',
      tenantId,
      action: 'erasure.finish',
      subject: runId ?? tenantId,
      detail: { erasureId, runs: erasure.runs, objects: erasure.objects + objects },
    });
  });
  onErased({ runs: 0, objects });
  log
    .child({ tenant: tenantId, runId: runId ?? undefined })
    .info('Erasure finished', { erasureId, runs: erasure.runs, objects: erasure.objects + objects, cached });
}
