import type { TenantSettings } from '@docfleet/contracts';
import type { Leases, TenantRuns } from '@docfleet/database';
import { failureCategory, runIdOf, sleep, toFailure, type FailureCode } from '@docfleet/domain';
import type { FolderLister } from '@docfleet/objects';
import type { Metrics } from '@docfleet/telemetry';
import { LRUCache } from 'lru-cache';
import {
  dropFolderOf,
  faultOfDrop,
  isDocument,
  requestIdOfDrop,
  type DropFolder,
  type Dropped,
} from './core/dropped-object.ts';
import { submissionOptions, tidyFileName } from './core/submission.ts';
import { submit, type Intake } from './intake.ts';
import type { SubmissionAdmission } from './submission-admission.ts';

export interface DropFolderParts {
  readonly intake: Intake;
  readonly admission: Pick<SubmissionAdmission, 'admit' | 'checkOf'>;
  readonly folders: FolderLister;
  /** Every tenant that is known. */
  readonly tenants: () => readonly TenantSettings[];
  readonly runsOf: (tenantId: string) => Pick<TenantRuns, 'knownAmong'>;
  readonly leases: Leases;
  readonly metrics: Pick<Metrics, 'counter' | 'gauge'>;
  /** Names this process to the others. */
  readonly holder: string;
  readonly intervalMs: number;
  /** Objects that are older are not looked at: their runs may have expired. */
  readonly maxAgeMs: number;
}

/** Makes a run of each object that is put into the drop folder of a tenant ([ADR 31](../../../docs/adr/0031-drop-folders.md)). */
export interface DropFolders {
  /** Looks into every folder once, unless another gateway does; the number of runs that it made. */
  pollOnce(signal: AbortSignal): Promise<number>;
  /** Polls until `stopping` aborts. */
  run(stopping: AbortSignal): Promise<void>;
}

const leaseName = 'drop-folders';

/** How long a process may poll without extending its lease, in milliseconds. Two that poll at once make the same runs. */
const leaseMs = 60_000;

/** Objects that are compared with the runs at a time. */
const pageSize = 500;

/** Runs made of one folder in one round at most, so that each folder has its turn. */
const maxAtOnce = 200;

/** What refuses the tenant for now, and no object. */
const refusesForNow: ReadonlySet<FailureCode> = new Set([
  'RATE_LIMITED',
  'QUOTA_EXCEEDED',
  'TENANT_SUSPENDED',
]);

/**
 * Whether an object has a run is asked by the id that its address and content give, so nothing is kept about objects, and
 * listing one again changes nothing. What can never become a run stays in its folder, is logged once, and holds up nothing.
 */
export function dropFolders(parts: DropFolderParts): DropFolders {
  const { intake, tenants, leases, metrics, holder, intervalMs } = parts;
  const { clock, log, store } = intake;
  const accepted = metrics.counter(
    'docfleet_dropped_objects_accepted_total',
    'Objects of drop folders that became runs.',
  );
  const refused = metrics.gauge(
    'docfleet_dropped_objects_refused',
    'Objects of drop folders that can never become runs, in the last round of this process.',
  );
  const reported = new LRUCache<string, true>({ max: 10_000 });
  const report = (folder: DropFolder, { uri }: Dropped, code: FailureCode): void => {
    if (reported.has(uri)) return;
    reported.set(uri, true);
    log
      .child({ tenant: folder.tenantId })
      .warn('An object of a drop folder is refused and stays there; remove it', { code });
  };

  const pollOnce = async (signal: AbortSignal): Promise<number> => {
    let made = 0;
    let faults = 0;
    const facts = { bucketUri: store.uriOf(''), grants: intake.grants };
    for (const settings of tenants()) {
      const folder = dropFolderOf(settings, facts);
      if (folder === undefined) continue;
      if (!(await leases.take(leaseName, holder, leaseMs))) {
        faults = 0;
        break;
      }
      const round = await pollFolder(parts, folder, { report, signal });
      made += round.made;
      faults += round.refused;
    }
    accepted.inc({}, made);
    refused.set({}, faults);
    return made;
  };
  return {
    pollOnce,
    run: async (stopping) => {
      while (!stopping.aborted) {
        try {
          await pollOnce(stopping);
        } catch (error) {
          log.warn('Drop folders could not be read; trying again', { reason: String(error) });
        }
        await sleep(clock, intervalMs, stopping).catch(() => undefined);
      }
      await leases.release(leaseName, holder).catch(() => undefined);
    },
  };
}

interface Round {
  readonly made: number;
  readonly refused: number;
}

/** @throws what holds up every folder: `STORE_UNAVAILABLE`, `DATABASE_UNAVAILABLE`, `BROKER_UNAVAILABLE` */
async function pollFolder(
  parts: DropFolderParts,
  folder: DropFolder,
  {
    report,
    signal,
  }: {
    readonly report: (folder: DropFolder, object: Dropped, code: FailureCode) => void;
    readonly signal: AbortSignal;
  },
): Promise<Round> {
  const { intake, folders, maxAgeMs } = parts;
  const oldest = intake.clock.now() - maxAgeMs;
  let made = 0;
  let refused = 0;
  const refuse = (object: Dropped, code: FailureCode): void => {
    refused += 1;
    report(folder, object, code);
  };
  try {
    for await (const page of pagesOf(folders.listFolder(folder, signal), pageSize)) {
      const documents = page.filter((object) => isDocument(object) && object.modifiedAt >= oldest);
      for (const object of await newAmong(parts, folder, documents)) {
        const fault = faultOfDrop(object, intake.maxBytes);
        if (fault !== undefined) {
          refuse(object, fault);
          continue;
        }
        if (made >= maxAtOnce) return { made, refused };
        const code = await submitDropped(parts, folder, { object, signal });
        if (code === undefined) made += 1;
        else if (refusesForNow.has(code)) return { made, refused };
        // It was removed after it was listed.
        else if (code !== 'SOURCE_NOT_FOUND') refuse(object, code);
      }
    }
  } catch (error) {
    // A bucket that does not exist or may not be listed is its tenant's matter.
    if (toFailure(error).code !== 'SOURCE_NOT_FOUND') throw error;
    intake.log.child({ tenant: folder.tenantId }).warn('The drop folder of a tenant cannot be listed');
  }
  return { made, refused };
}

/** Those of the objects that no run was made of. */
async function newAmong(
  { runsOf }: DropFolderParts,
  { tenantId }: DropFolder,
  objects: readonly Dropped[],
): Promise<readonly Dropped[]> {
  const byRun = new Map(objects.map((object) => [runIdOf(tenantId, requestIdOfDrop(object)), object]));
  const known = await runsOf(tenantId).knownAmong([...byRun.keys()]);
  return [...byRun].filter(([runId]) => !known.has(runId)).map(([, object]) => object);
}

/** Makes a run of an object, as `POST /v1/jobs` with its address does; gives the code where it is refused. */
async function submitDropped(
  { intake, admission }: DropFolderParts,
  { tenantId }: DropFolder,
  { object, signal }: { readonly object: Dropped; readonly signal: AbortSignal },
): Promise<FailureCode | undefined> {
  const { uri, key, sizeBytes } = object;
  try {
    await admission.admit(tenantId, { documents: 1, bytes: sizeBytes });
    await submit(intake, {
      tenantId,
      options: { ...submissionOptions.parse({}), requestId: requestIdOfDrop(object) },
      file: { kind: 'reference', uri, sha256: undefined },
      fileName: tidyFileName(key),
      check: admission.checkOf(tenantId),
      signal,
    });
    return undefined;
  } catch (error) {
    const { code } = toFailure(error);
    if (failureCategory(code) === 'infrastructure') throw error;
    return code;
  }
}

async function* pagesOf<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<readonly T[]> {
  let page: T[] = [];
  for await (const item of items) {
    page.push(item);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
