import { pageName, stageFolder, type ObjectRef, type PageManifest, type RunPlace } from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';
import type { RenderedPage } from '../core/page.ts';
import type { StoredPage, PageStore } from '../core/prepare-document.ts';
import { parseStoredPage, parseManifest } from './stored-records.ts';

/** Version of the rules by which a text layer becomes words; part of each reading. */
export const textLayerVersion = 'text-layer@3';

/** The page store of one run. The manifest's reference is known once the manifest was saved or found. */
export interface RunPageStore extends PageStore {
  manifestRef(): ObjectRef | undefined;
}

/** Stores the pages of one run in the object store, in the stage's folder. */
export function openRunPageStore(options: {
  readonly store: ObjectStore;
  readonly place: RunPlace;
  readonly version: string;
  /** True when nothing of the run exists in the store yet, so that no lookup is needed. */
  readonly isNew: boolean;
  readonly signal: AbortSignal;
}): RunPageStore {
  const { store, place, version, isNew, signal } = options;
  const folder = stageFolder(place, 'preprocess', version);
  const manifestKey = `${folder}/manifest.json`;
  let manifestRef: ObjectRef | undefined;
  const saveManifest = async (manifest: PageManifest): Promise<PageManifest> => {
    const stored = await store.createJsonOnce(manifestKey, manifest, parseManifest, signal);
    manifestRef = stored.ref;
    return stored.value;
  };
  return {
    manifestRef: () => manifestRef,
    saveManifest,
    findManifest: async () => {
      if (isNew) return undefined;
      if ((await store.head(store.uriOf(manifestKey), signal)) === undefined) return undefined;
      // Saving the same manifest returns its reference.
      return saveManifest(await store.readJson(store.uriOf(manifestKey), parseManifest, signal));
    },
    storedPages: async () => {
      const pages: StoredPage[] = [];
      if (isNew) return pages;
      for await (const { uri, key } of store.list(`${folder}/pages/`, signal)) {
        if (key.endsWith('.json')) pages.push(await store.readJson(uri, parseStoredPage, signal));
      }
      return pages;
    },
    savePage: async (rendered, pageCount) => {
      const extension = rendered.mediaType === 'image/png' ? 'png' : 'jpg';
      const imageKey = `${folder}/pages/${pageName(rendered.page, extension)}`;
      const { ref } = await store.createOnce(imageKey, rendered.image, rendered.mediaType, signal);
      const saved = toStoredPage(rendered, ref, pageCount);
      // The manifest of a single page follows at once and has the same content.
      if (pageCount === 1) return saved;
      // The facts are written last: where they exist, the image exists.
      const factsKey = `${folder}/pages/${pageName(rendered.page, 'json')}`;
      return (await store.createJsonOnce(factsKey, saved, parseStoredPage, signal)).value;
    },
  };
}

function toStoredPage(rendered: RenderedPage, image: ObjectRef, pageCount: number): StoredPage {
  const { page, widthPx, heightPx, dpi, rotation, deskewDegrees, textLayer, lines } = rendered;
  const { lacksWords, unread } = rendered;
  const reading =
    lines === null
      ? null
      : { page, widthPx, heightPx, engine: 'text-layer' as const, engineVersion: textLayerVersion, lines };
  return {
    pageCount,
    page: {
      ...{ page, image, widthPx, heightPx, dpi, rotation, deskewDegrees, textLayer, reading },
      ...{ lacksWords, unread },
    },
  };
}
