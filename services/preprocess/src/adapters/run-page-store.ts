import { pageName, stageFolder, type ObjectRef, type PageManifest, type RunPlace } from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';
import type { MadePage } from '../core/page.ts';
import type { KeptPage, PageShelf } from '../core/prepare-document.ts';
import { parseKeptPage, parseManifest } from './kept-records.ts';

/** Names the rules by which a text layer becomes words; part of the reading. */
export const textLayerVersion = 'text-layer@1';

/** A run's shelf with the reference of its manifest, known once the manifest is kept or found. */
export interface RunShelf extends PageShelf {
  manifestRef(): ObjectRef | undefined;
}

/** The pages of one run in the object store, below the stage's folder. */
export function openRunShelf(options: {
  readonly store: ObjectStore;
  readonly place: RunPlace;
  readonly version: string;
  /** Nothing of the run exists yet, so nothing need be looked for. */
  readonly isNew: boolean;
  readonly signal: AbortSignal;
}): RunShelf {
  const { store, place, version, isNew, signal } = options;
  const folder = stageFolder(place, 'preprocess', version);
  const manifestKey = `${folder}/manifest.json`;
  let manifestRef: ObjectRef | undefined;
  const keepManifest = async (manifest: PageManifest): Promise<PageManifest> => {
    const standing = await store.createJsonOnce(manifestKey, manifest, parseManifest, signal);
    manifestRef = standing.ref;
    return standing.value;
  };
  return {
    manifestRef: () => manifestRef,
    keepManifest,
    manifest: async () => {
      if (isNew) return undefined;
      if ((await store.head(store.uriOf(manifestKey), signal)) === undefined) return undefined;
      // Written again as it stands, it gives its own reference.
      return keepManifest(await store.readJson(store.uriOf(manifestKey), parseManifest, signal));
    },
    keptPages: async () => {
      const kept: KeptPage[] = [];
      if (isNew) return kept;
      for await (const { uri, key } of store.list(`${folder}/pages/`, signal)) {
        if (key.endsWith('.json')) kept.push(await store.readJson(uri, parseKeptPage, signal));
      }
      return kept;
    },
    keepPage: async (made, pageCount) => {
      const extension = made.mediaType === 'image/png' ? 'png' : 'jpg';
      const imageKey = `${folder}/pages/${pageName(made.page, extension)}`;
      const { ref } = await store.createOnce(imageKey, made.image, made.mediaType, signal);
      const kept = toKeptPage(made, ref, pageCount);
      // The manifest of a single page follows at once and says the same.
      if (pageCount === 1) return kept;
      // The facts come last: where they stand, the image stands.
      const factsKey = `${folder}/pages/${pageName(made.page, 'json')}`;
      return (await store.createJsonOnce(factsKey, kept, parseKeptPage, signal)).value;
    },
  };
}

function toKeptPage(made: MadePage, image: ObjectRef, pageCount: number): KeptPage {
  const { page, widthPx, heightPx, dpi, rotation, deskewDegrees, textLayer, lines } = made;
  const reading =
    lines === null
      ? null
      : { page, widthPx, heightPx, engine: 'text-layer' as const, engineVersion: textLayerVersion, lines };
  return {
    pageCount,
    page: { page, image, widthPx, heightPx, dpi, rotation, deskewDegrees, textLayer, reading },
  };
}
