import { claimName, toFailure } from '@docfleet/domain';
import type { ListedObject, ObjectStore } from '@docfleet/objects';
import { z } from 'zod';
import { positionOf, type Moment, type SourceReport } from './moment.ts';

/** Time limit to read the store, in milliseconds. */
const timeoutMs = 60_000;

const claim = z.object({
  source: z.object({ topic: z.string(), partition: z.number(), offset: z.string() }),
  claimDate: z.string(),
});

/** Moments of a run in the object store: its claim, results of stages, its bundles. */
export async function readStore(store: ObjectStore, runId: string): Promise<SourceReport> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const [claimed] = await all(store, claimName(runId), signal);
    if (claimed === undefined) return { source: 'store', moments: [] };
    const { source, claimDate } = await store.readJson(claimed.uri, (value) => claim.parse(value), signal);
    const objects = await all(store, `runs/${claimDate}/${runId}/`, signal);
    const moment: Moment = {
      at: claimed.modifiedAt,
      from: 'store',
      revision: null,
      who: 'preprocess',
      what: 'claimed the run',
      detail: `for ${positionOf(source.topic, source.partition, source.offset)}`,
      place: claimed.key,
    };
    return { source: 'store', moments: [moment, ...folderMoments(objects)] };
  } catch (error) {
    const reason = signal.aborted ? 'no answer in time' : toFailure(error).message;
    return { source: 'store', moments: [], trouble: reason };
  }
}

async function all(
  store: ObjectStore,
  prefix: string,
  signal: AbortSignal,
): Promise<readonly ListedObject[]> {
  const found: ListedObject[] = [];
  for await (const object of store.list(prefix, signal)) found.push(object);
  return found;
}

/** One moment for each folder `r<revision>/<stage>@<version>` or `r<revision>/results/<outcomeId>`, at its last object. */
export function folderMoments(objects: readonly ListedObject[]): readonly Moment[] {
  const folders = new Map<string, ListedObject[]>();
  for (const object of objects) {
    const [, folder] = /^(runs\/[^/]+\/[^/]+\/r\d+\/(?:results\/)?[^/]+)\//.exec(object.key) ?? [];
    if (folder !== undefined) folders.set(folder, [...(folders.get(folder) ?? []), object]);
  }
  return [...folders].map(([folder, inside]): Moment => {
    const [, revision, kind = ''] = /\/r(\d+)\/([^/]+)/.exec(folder) ?? [];
    const isBundle = kind === 'results';
    const bytes = inside.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    return {
      at: Math.max(...inside.map(({ modifiedAt }) => modifiedAt)),
      from: 'store',
      revision: Number(revision),
      who: isBundle ? 'integration' : (kind.split('@')[0] ?? kind),
      what: isBundle ? 'wrote the bundle' : 'wrote its results',
      detail: `${inside.length} object${inside.length === 1 ? '' : 's'}, ${sizeOf(bytes)}`,
      place: folder,
    };
  });
}

function sizeOf(bytes: number): string {
  return bytes < 10_000 ? `${bytes} bytes` : `${Math.round(bytes / 1_000)} kB`;
}
