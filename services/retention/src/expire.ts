import {
  expiredRowsIn,
  retentionProgressIn,
  rowKinds,
  runLivesIn,
  type Database,
  type RowKind,
} from '@docfleet/database';
import { sleep, type Clock } from '@docfleet/domain';
import type { ListedObject, RemovableObjectStore } from '@docfleet/objects';
import type { Log } from '@docfleet/telemetry';
import {
  isPastExpiry,
  mayExpire,
  objectKinds,
  prefixOf,
  runIdIn,
  type Cutoffs,
  type ObjectKind,
} from './core/expiring-objects.ts';
import { dayMs, type Periods } from './core/periods.ts';
import { expireDrafts } from './expire-drafts.ts';

/** Rows of one statement, and objects of one request. */
const atOnce = 500;

const periodOfRows: Readonly<Record<RowKind, keyof Periods>> = {
  batches: 'batches',
  runs: 'runs',
  reviewTasks: 'runs',
  runEvents: 'events',
  deadLetters: 'deadLetters',
  setAside: 'deadLetters',
  outcomeBytes: 'outcomeBytes',
  outcomes: 'fence',
  revisions: 'fence',
  erasedRuns: 'fence',
  tenantEvents: 'webhooks',
  webhookDeliveries: 'webhooks',
  webhookAttempts: 'webhooks',
  webhookSecrets: 'webhooks',
  webhookEndpoints: 'webhooks',
  erasures: 'audit',
  audit: 'audit',
  usage: 'audit',
};

const periodOfObjects: Readonly<Record<ObjectKind, keyof Periods>> = {
  uploads: 'uploads',
  artifacts: 'artifacts',
  claims: 'fence',
};

export type ExpiringKind = RowKind | ObjectKind | 'drafts';

export interface Expired {
  readonly kind: ExpiringKind;
  /** Removed, or in a dry run counted. */
  readonly count: number;
  /** Time of the oldest one that is kept, in milliseconds since the epoch; null: none, or not known. */
  readonly oldestAt: number | null;
  /** False when the pass stopped at its bound: the next one goes on. */
  readonly complete: boolean;
}

export interface ExpiryParts {
  readonly database: Pick<Database, 'session' | 'whileLocked'>;
  readonly store: Pick<RemovableObjectStore, 'list' | 'remove' | 'uriOf'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly periods: Periods;
  readonly perPass: number;
  readonly perSecond: number;
  readonly dryRun: boolean;
  readonly onExpired: (expired: Expired) => void;
}

/**
 * One pass of expiry over all kinds; false without doing anything while another process is at it. Every step can be
 * repeated: what one pass did not reach, the next one does.
 *
 * @throws FailureError `DATABASE_UNAVAILABLE`, `STORE_UNAVAILABLE`; kinds before it are done
 */
export async function expireOnce(parts: ExpiryParts, signal: AbortSignal): Promise<boolean> {
  const done = await parts.database.whileLocked('retention', async () => {
    const progress = retentionProgressIn(parts.database.session);
    // Rows of outcomes go before claims, so that a claim without an outcome is one whose period is over.
    for (const kind of ['drafts', ...rowKinds, ...objectKinds] as const) {
      signal.throwIfAborted();
      const expired = await expireKind(parts, kind, signal);
      if (expired.complete && !parts.dryRun) await progress.noteSuccess(kind, parts.clock.now());
      parts.onExpired(expired);
    }
    return true;
  });
  return done ?? false;
}

async function expireKind(parts: ExpiryParts, kind: ExpiringKind, signal: AbortSignal): Promise<Expired> {
  if (kind === 'drafts') {
    const done = await expireDrafts(parts, { limit: parts.perPass, signal });
    return { kind, ...done, oldestAt: null };
  }
  return isObjectKind(kind) ? expireObjects(parts, kind, signal) : expireRows(parts, kind, signal);
}

function isObjectKind(kind: ExpiringKind): kind is ObjectKind {
  return (objectKinds as readonly string[]).includes(kind);
}

async function expireRows(parts: ExpiryParts, kind: RowKind, signal: AbortSignal): Promise<Expired> {
  const { clock, perPass, dryRun } = parts;
  const rows = expiredRowsIn(parts.database.session);
  const cutoff = clock.now() - parts.periods[periodOfRows[kind]] * dayMs;
  let count = 0;
  let complete = dryRun;
  if (dryRun) count = await rows.count(kind, cutoff, perPass);
  while (!complete && count < perPass) {
    const limit = Math.min(atOnce, perPass - count);
    const removed = await rows.remove(kind, cutoff, limit);
    count += removed;
    complete = removed < limit;
    await pace(parts, removed, signal);
  }
  return { kind, count, oldestAt: await rows.oldest(kind), complete };
}

async function expireObjects(parts: ExpiryParts, kind: ObjectKind, signal: AbortSignal): Promise<Expired> {
  const { store, clock, perPass, dryRun } = parts;
  const progress = retentionProgressIn(parts.database.session);
  const now = clock.now();
  const cutoffs = {
    kind: now - parts.periods[periodOfObjects[kind]] * dayMs,
    fence: now - parts.periods.fence * dayMs,
  };
  let seen = 0;
  let count = 0;
  let oldestAt: number | null = null;
  let complete = true;
  let batch: ListedObject[] = [];
  const flush = async (): Promise<void> => {
    const { expired, kept } = await judge(parts, { kind, objects: batch, cutoffs });
    if (!dryRun)
      await store.remove(
        expired.map(({ key }) => key),
        signal,
      );
    count += expired.length;
    oldestAt = kept.reduce((oldest, { modifiedAt }) => Math.min(oldest, modifiedAt), oldestAt ?? Infinity);
    const last = batch.at(-1);
    if (!dryRun && last !== undefined) await progress.moveCursor(kind, last.key);
    await pace(parts, batch.length, signal);
    batch = [];
  };
  const cursor = dryRun ? null : await progress.cursor(kind);
  for await (const object of store.list(prefixOf[kind], signal, cursor ?? undefined)) {
    if (isPastExpiry(kind, object.key, cutoffs)) break;
    if (seen >= perPass) {
      complete = false;
      break;
    }
    seen += 1;
    batch.push(object);
    if (batch.length >= atOnce) await flush();
  }
  await flush();
  if (complete && !dryRun) await progress.moveCursor(kind, null);
  return { kind, count, oldestAt: Number.isFinite(oldestAt) ? oldestAt : null, complete };
}

/** Asks the database which of some objects expire. */
async function judge(
  parts: ExpiryParts,
  asked: { readonly kind: ObjectKind; readonly objects: readonly ListedObject[]; readonly cutoffs: Cutoffs },
): Promise<{ readonly expired: readonly ListedObject[]; readonly kept: readonly ListedObject[] }> {
  const { kind, objects, cutoffs } = asked;
  const lives = runLivesIn(parts.database.session);
  const runIds = new Set(objects.flatMap(({ key }) => runIdIn(kind, key) ?? []));
  const known = await lives.of([...runIds]);
  const used = kind === 'uploads' ? await lives.inputsInUse(objects.map(({ uri }) => uri)) : new Set();
  const expires = ({ key, uri, modifiedAt }: ListedObject): boolean =>
    mayExpire({ modifiedAt, life: known.get(runIdIn(kind, key) ?? ''), inUse: used.has(uri), cutoffs });
  return { expired: objects.filter(expires), kept: objects.filter((object) => !expires(object)) };
}

/** Waits as long as `count` items may take at the configured rate. */
async function pace({ clock, perSecond }: ExpiryParts, count: number, signal: AbortSignal): Promise<void> {
  if (count > 0) await sleep(clock, Math.ceil((count * 1_000) / perSecond), signal);
}
