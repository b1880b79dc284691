import type { TenantRuns } from '@docfleet/database';
import { FailureError, renditions, type Role } from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';
import { mediaTypeOfRendition } from '@docfleet/reports';
import {
  actionOfArtifact,
  artifactNames,
  artifactUri,
  originalName,
  pageArtifactName,
  pageFileName,
  readArtifactName,
  renditionUri,
  servedType,
} from './core/artifacts.ts';
import { evidenceSchema, type EvidencePage } from './core/evidence.ts';
import { refuseRemoved } from './core/removed-run.ts';
import { mayDo } from './core/roles.ts';
import { storedOriginal, type EndedRun, type Renditions } from './renditions.ts';

export interface RunArtifactOptions {
  readonly runsOf: (tenantId: string) => Pick<TenantRuns, 'find' | 'removalOf'>;
  readonly store: Pick<ObjectStore, 'head' | 'readJson' | 'uriOf'>;
  readonly renditions: Renditions;
}

/** An artifact as it is served. */
export interface FoundArtifact {
  readonly uri: string;
  readonly mediaType: string;
  /** As a browser saves it. */
  readonly fileName: string;
  /** Lower-case hex; undefined where it is not known. */
  readonly sha256: string | undefined;
}

export interface ListedArtifact {
  readonly name: string;
  readonly mediaType: string;
  /** Null: it is made when it is first read. */
  readonly sizeBytes: number | null;
  readonly sha256: string | null;
}

/** Artifacts of finished runs. */
export interface RunArtifacts {
  /** @throws FailureError `NOT_FOUND`, `ERASED`, `DATA_EXPIRED` */
  runOf(tenantId: string, runId: string): Promise<EndedRun>;
  /** Those that exist, or would be made, and that the role may read. */
  list(run: EndedRun, role: Role, signal: AbortSignal): Promise<readonly ListedArtifact[]>;
  /**
   * Makes a rendition that does not exist yet. The role is that of a key; a signed URL was allowed when it was made.
   *
   * @throws FailureError `NOT_FOUND`, `FORBIDDEN`, and what renditions throw
   */
  find(run: EndedRun, name: string, role: Role | 'signed', signal: AbortSignal): Promise<FoundArtifact>;
}

export function createRunArtifacts({ runsOf, store, renditions: made }: RunArtifactOptions): RunArtifacts {
  const pagesOf = async ({ bundle }: EndedRun, signal: AbortSignal): Promise<readonly EvidencePage[]> => {
    const uri = artifactUri(bundle.uri, 'evidence_registry.json');
    try {
      return (await store.readJson(uri, (value) => evidenceSchema.parse(value), signal)).pages;
    } catch (error) {
      // Retention deletes artifacts before the job's row.
      if (error instanceof FailureError && error.code === 'SOURCE_NOT_FOUND') return [];
      throw error;
    }
  };

  const bundleFiles = (run: EndedRun, signal: AbortSignal): Promise<readonly (readonly ListedArtifact[])[]> =>
    Promise.all(
      artifactNames.map(async (name) => {
        const facts = await store.head(artifactUri(run.bundle.uri, name), signal);
        if (facts === undefined) return [];
        const sha256 = name === 'result.json' ? run.bundle.sha256 : null;
        return [{ name, mediaType: facts.mediaType, sizeBytes: facts.sizeBytes, sha256 }];
      }),
    );

  const original = (run: EndedRun): readonly ListedArtifact[] => {
    const input = storedOriginal(store, run);
    if (input === undefined) return [];
    const { mediaType, sizeBytes, sha256 } = input;
    return [{ name: originalName, mediaType: servedType(mediaType), sizeBytes, sha256 }];
  };

  const rendered = async (run: EndedRun, signal: AbortSignal): Promise<readonly ListedArtifact[]> =>
    Promise.all(
      renditions.map(async (name) => {
        const facts = await store.head(renditionUri(run.bundle.uri, name), signal);
        const sizeBytes = facts?.sizeBytes ?? null;
        return { name, mediaType: mediaTypeOfRendition[name], sizeBytes, sha256: null };
      }),
    );

  return {
    runOf: async (tenantId, runId) => {
      const runs = runsOf(tenantId);
      const run = await runs.find(runId);
      if (run === undefined) {
        refuseRemoved(await runs.removalOf(runId));
        throw new FailureError('NOT_FOUND');
      }
      const { bundle } = run;
      if (bundle === null) throw new FailureError('NOT_FOUND');
      return { ...run, bundle };
    },
    list: async (run, role, signal) => {
      const pages = mayDo(role, 'readEvidence') ? await pagesOf(run, signal) : [];
      const images = pages.flatMap(({ page, image }): readonly ListedArtifact[] => {
        if (image === null) return [];
        const { mediaType, sizeBytes, sha256 } = image;
        return [{ name: pageArtifactName(page), mediaType, sizeBytes, sha256 }];
      });
      const all = [
        ...(await bundleFiles(run, signal)).flat(),
        ...original(run),
        ...images,
        ...(pages.length === 0 ? [] : await rendered(run, signal)),
      ];
      return all.filter(({ name }) => {
        const artifact = readArtifactName(name);
        return artifact !== undefined && mayDo(role, actionOfArtifact(artifact));
      });
    },
    find: async (run, name, role, signal) => {
      const artifact = readArtifactName(name);
      if (artifact === undefined) throw new FailureError('NOT_FOUND');
      if (role !== 'signed' && !mayDo(role, actionOfArtifact(artifact))) throw new FailureError('FORBIDDEN');
      switch (artifact.kind) {
        case 'bundle': {
          const uri = artifactUri(run.bundle.uri, artifact.name);
          const sha256 = artifact.name === 'result.json' ? run.bundle.sha256 : undefined;
          return { uri, mediaType: 'application/json', fileName: artifact.name, sha256 };
        }
        case 'original': {
          const input = storedOriginal(store, run);
          if (input === undefined) throw new FailureError('NOT_FOUND');
          const { uri, mediaType, sha256 } = input;
          return { uri, mediaType: servedType(mediaType), fileName: run.fileName ?? originalName, sha256 };
        }
        case 'page': {
          const image = (await pagesOf(run, signal)).find(({ page }) => page === artifact.page)?.image;
          if (image === undefined || image === null) throw new FailureError('NOT_FOUND');
          const { uri, mediaType, sha256 } = image;
          return { uri, mediaType, fileName: pageFileName(artifact.page, mediaType), sha256 };
        }
        case 'rendition': {
          const uri = await made.ensure(run, await pagesOf(run, signal), artifact.name);
          const mediaType = mediaTypeOfRendition[artifact.name];
          return { uri, mediaType, fileName: artifact.name, sha256: undefined };
        }
      }
    },
  };
}
