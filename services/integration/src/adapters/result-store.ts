import type { ObjectRef } from '@docfleet/contracts';
import {
  bundleFolder,
  FailureError,
  toFailure,
  type DocumentFields,
  type PageManifest,
  type ReadingManifest,
  type RunVerdict,
} from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';
import type { RunResults } from '../core/bundle.ts';
import type { ResultStore } from '../ports.ts';

/** Results and bundles in the object store. Results of stages are trusted, because the stages have validated them. */
export function objectResults(store: ObjectStore): ResultStore {
  const load = async <T>(ref: ObjectRef | undefined, signal: AbortSignal): Promise<T | null> => {
    if (ref === undefined) return null;
    try {
      return await store.readJson(ref.uri, (value) => value as T, signal);
    } catch (error) {
      // What is no JSON now is none at the next try.
      if (toFailure(error).code !== 'INTERNAL_ERROR') throw error;
      throw new FailureError('RESULTS_UNREADABLE', {}, { cause: error });
    }
  };

  return {
    load: async (task, signal): Promise<RunResults> => {
      const { manifest, readings, fields, verdict } = task.results;
      const [pages, read, found, judged] = await Promise.all([
        load<PageManifest>(manifest, signal),
        load<ReadingManifest>(readings, signal),
        load<readonly DocumentFields[]>(fields, signal),
        load<RunVerdict>(verdict, signal),
      ]);
      return { manifest: pages, readings: read, fields: found, verdict: judged };
    },
    save: async (task, bundle, signal) => {
      const folder = bundleFolder(task.context, task.ending.outcomeId);
      const write = (name: keyof typeof bundle): Promise<ObjectRef> =>
        writeJson(store, `${folder}/${name}`, bundle[name], signal);
      await Promise.all([write('evidence_registry.json'), write('coverage_report.json')]);
      return write('result.json');
    },
  };
}

async function writeJson(
  store: ObjectStore,
  key: string,
  value: unknown,
  signal: AbortSignal,
): Promise<ObjectRef> {
  const bytes = Buffer.from(`${JSON.stringify(value, null, 1)}\n`);
  const { ref } = await store.createOnce(key, bytes, 'application/json', signal);
  return ref;
}
