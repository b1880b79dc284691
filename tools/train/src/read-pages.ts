import { createHash } from 'node:crypto';
import { defaultLimits, systemClock, type PageReading, type PreparedPage } from '@docfleet/domain';
import {
  openModelFiles,
  readPage,
  readPrepared,
  startOnnxEngine,
  startPageDecoder,
  startTesseractEngine,
  type PageEngine,
  type ReadPage,
} from '@docfleet/ocr';
import {
  defaultPrepareLimits,
  prepareDocument,
  startPagePool,
  textLayerVersion,
  type PageStore,
  type RenderedPage,
} from '@docfleet/preprocess';

/** Reads documents as the fleet does, in this process and its children, without servers. */
export interface PageReader {
  /** The pages of a document, in order. @throws FailureError as preprocess and ocr do */
  read(bytes: Uint8Array, signal: AbortSignal): Promise<readonly PageReading[]>;
  close(): Promise<void>;
}

export interface PageReaderOptions {
  /** Folder with `models.json`; without it, pages that have no text of their own are read by Tesseract. */
  readonly models: string | undefined;
}

const children = { size: 1, pageTimeoutMs: 120_000 };

/** Pages of one document that are prepared at the same time. */
const partsAtOnce = 1;

/** @throws Error when the folder of the models is none */
export async function openPageReader({ models }: PageReaderOptions): Promise<PageReader> {
  if (models !== undefined) await openModelFiles(models, 'latin');
  const pool = startPagePool({ size: 1 });
  const decoder = startPageDecoder({ ...children, maxPixels: defaultLimits.maxPagePixels });
  const childOptions = { ...children, decoder };
  const fallback = startTesseractEngine(childOptions);
  const engine =
    models === undefined
      ? fallback
      : startOnnxEngine({ ...childOptions, modelDirectory: models, alphabet: 'latin', route: 'accurate' });
  return {
    read: async (bytes, signal) => {
      const pageStore = openPageStore();
      const { pages } = await prepareDocument(bytes, {
        renderer: pool,
        pageStore,
        limits: defaultLimits,
        clock: systemClock,
        signal,
        parallel: partsAtOnce,
        timeLimits: defaultPrepareLimits,
      });
      const readings: PageReading[] = [];
      for (const page of pages) {
        const { reading } = await readPrepared(page, () =>
          readImage(page.page, pageStore.imageOf(page.page), { engine, fallback, signal }),
        );
        readings.push(reading);
      }
      return readings;
    },
    close: async () => {
      const engines = engine === fallback ? [fallback] : [engine, fallback];
      await Promise.all([pool, decoder, ...engines].map((each) => each.close()));
    },
  };
}

function readImage(
  page: number,
  image: Uint8Array,
  { engine, fallback, signal }: { engine: PageEngine; fallback: PageEngine; signal: AbortSignal },
): Promise<ReadPage> {
  return readPage(
    {
      engine,
      fallback,
      guard: { run: (action, guarded) => action(guarded) },
      retry: (action) => action(),
      cache: { get: () => Promise.resolve(undefined), set: () => Promise.resolve() },
      onRead: () => undefined,
    },
    {
      page,
      tenantId: 'train',
      sha256: createHash('sha256').update(image).digest('hex'),
      image: () => Promise.resolve(image),
    },
    { route: 'accurate', signal, priority: 0 },
  );
}

/** Keeps the images of one document in memory. */
function openPageStore(): PageStore & { imageOf(page: number): Uint8Array } {
  const images = new Map<number, Uint8Array>();
  return {
    findManifest: () => Promise.resolve(undefined),
    storedPages: () => Promise.resolve([]),
    savePage: (rendered, pageCount) => {
      images.set(rendered.page, rendered.image);
      return Promise.resolve({ pageCount, page: preparedPage(rendered) });
    },
    saveManifest: (manifest) => Promise.resolve(manifest),
    imageOf: (page) => images.get(page) ?? new Uint8Array(),
  };
}

function preparedPage({ image, mediaType, lines, ...facts }: RenderedPage): PreparedPage {
  const { page, widthPx, heightPx } = facts;
  return {
    ...facts,
    image: { uri: `memory:${page}`, sha256: '', mediaType, sizeBytes: image.byteLength },
    reading:
      lines === null
        ? null
        : { page, widthPx, heightPx, engine: 'text-layer', engineVersion: textLayerVersion, lines },
  };
}
