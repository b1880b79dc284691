import type { Run } from '@docfleet/contracts';
import {
  claimName,
  FailureError,
  mapConcurrently,
  mayReadObject,
  parseObjectUri,
  type ObjectRef,
  type PageManifest,
  type PageReading,
  type Rendition,
} from '@docfleet/domain';
import type { RemovableObjectStore } from '@docfleet/objects';
import {
  mediaTypeOfRendition,
  type PageSource,
  type RenderJob,
  type RenderPool,
  type TextPage,
} from '@docfleet/reports';
import { z } from 'zod';
import { manifestUri, renditionUri } from './core/artifacts.ts';
import type { EvidencePage } from './core/evidence.ts';

/** Objects read at once for one rendition. */
const readsAtOnce = 8;

/** Bytes that one rendition is made of at most: the file, or the images of all pages. */
const maxSourceBytes = 256 * 1024 * 1024;

/** Time in which a rendition is made and stored, in milliseconds; it goes on when its caller leaves. */
const renditionTimeoutMs = 180_000;

/** A finished run with its ending's folder. */
export type EndedRun = Run & { readonly bundle: NonNullable<Run['bundle']> };

export interface RenditionOptions {
  readonly store: Pick<
    RemovableObjectStore,
    'head' | 'read' | 'readJson' | 'createOnce' | 'remove' | 'uriOf'
  >;
  readonly pool: Pick<RenderPool, 'render'>;
}

/** Makes renditions when they are first asked for, and stores them beside the bundle. */
export interface Renditions {
  /**
   * The address of a rendition, which exists then.
   *
   * @throws FailureError `NOT_FOUND` for a run without words, `DOC_TOO_LARGE`, `ERASED`, and what rendering and the store
   *   throw
   */
  ensure(run: EndedRun, pages: readonly EvidencePage[], name: Rendition): Promise<string>;
}

export function createRenditions({ store, pool }: RenditionOptions): Renditions {
  const making = new Map<string, Promise<string>>();

  const make = async (run: EndedRun, pages: readonly EvidencePage[], name: Rendition): Promise<string> => {
    const uri = renditionUri(run.bundle.uri, name);
    const signal = AbortSignal.timeout(renditionTimeoutMs);
    if ((await store.head(uri, signal)) !== undefined) return uri;
    const bytes = await pool.render(await jobOf(store, { run, pages, name, signal }), signal);
    const key = parseObjectUri(uri)?.key;
    if (key === undefined) throw new FailureError('INTERNAL_ERROR');
    await store.createOnce(key, bytes, mediaTypeOfRendition[name], signal);
    // An erasure replaces the claim before it lists what to remove: if the claim still stands, this is among it.
    if (await isErased(store, run.runId, signal)) {
      await store.remove([key], signal);
      throw new FailureError('ERASED');
    }
    return uri;
  };

  return {
    ensure: (run, pages, name) => {
      if (pages.length === 0) return Promise.reject(new FailureError('NOT_FOUND'));
      const uri = renditionUri(run.bundle.uri, name);
      const begun = making.get(uri);
      if (begun !== undefined) return begun;
      const made = make(run, pages, name).finally(() => making.delete(uri));
      making.set(uri, made);
      return made;
    },
  };
}

interface JobParts {
  readonly run: EndedRun;
  readonly pages: readonly EvidencePage[];
  readonly name: Rendition;
  readonly signal: AbortSignal;
}

async function jobOf(store: RenditionOptions['store'], parts: JobParts): Promise<RenderJob> {
  const { pages: evidence, name, signal } = parts;
  const [image] = evidence.flatMap((page) => page.image ?? []);
  if (image === undefined) throw new FailureError('NOT_FOUND');
  // Stages validate what they write.
  const manifest = await store.readJson(manifestUri(image.uri), (value) => value as PageManifest, signal);
  const pages = await mapConcurrently(evidence, { limit: readsAtOnce, signal }, async (page, stop) => {
    const reading = await store.readJson(page.reading.uri, (value) => value as PageReading, stop);
    const prepared = manifest.pages.find((each) => each.page === page.page);
    if (prepared === undefined) throw new FailureError('INTERNAL_ERROR', { page: page.page });
    const { widthPx, heightPx, dpi, rotation, deskewDegrees, textLayer } = prepared;
    const { lines } = reading;
    return {
      page: page.page,
      widthPx,
      heightPx,
      dpi,
      rotation,
      deskewDegrees,
      textLayer,
      lines,
    } satisfies TextPage;
  });
  if (name !== 'searchable.pdf') return { rendition: name, pages };
  return { rendition: name, pages, source: await sourceOf(store, manifest, parts) };
}

/** The original, where it is a PDF and was stored for its tenant; else the images of the pages. */
async function sourceOf(
  store: RenditionOptions['store'],
  manifest: PageManifest,
  { run, pages, signal }: JobParts,
): Promise<PageSource> {
  const original = storedOriginal(store, run);
  if (manifest.mediaType === 'application/pdf' && original !== undefined) {
    return { kind: 'original', pdf: await readWhole(store, original.uri, signal) };
  }
  const images = pages.flatMap(({ image }) => image ?? []);
  if (images.length < pages.length) throw new FailureError('NOT_FOUND');
  const actual = images.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (actual > maxSourceBytes) throw new FailureError('DOC_TOO_LARGE', { limit: maxSourceBytes, actual });
  const read = (image: ObjectRef, stop: AbortSignal) => readWhole(store, image.uri, stop);
  return { kind: 'images', images: await mapConcurrently(images, { limit: readsAtOnce, signal }, read) };
}

async function readWhole(
  store: Pick<RenditionOptions['store'], 'read'>,
  uri: string,
  signal: AbortSignal,
): Promise<Buffer> {
  try {
    return await store.read(uri, { signal, maxBytes: maxSourceBytes });
  } catch (error) {
    if (error instanceof FailureError && error.code === 'SOURCE_NOT_FOUND')
      throw new FailureError('NOT_FOUND', {}, { cause: error });
    throw error;
  }
}

/**
 * The file of a run where it was stored for its tenant. A file in a bucket of the tenant's own stays there: it may have
 * changed, and so may the right to read it.
 */
export function storedOriginal(store: Pick<RemovableObjectStore, 'uriOf'>, run: Run): ObjectRef | undefined {
  const { input, tenantId } = run;
  if (input === null) return undefined;
  const isStored = mayReadObject({ uri: input.uri, tenantId, fleetBucketUri: store.uriOf(''), grants: [] });
  return isStored ? input : undefined;
}

const standingClaim = z.object({ erased: z.boolean().optional() });

async function isErased(
  store: Pick<RemovableObjectStore, 'head' | 'readJson' | 'uriOf'>,
  runId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const uri = store.uriOf(claimName(runId));
  if ((await store.head(uri, signal)) === undefined) return false;
  return store.readJson(uri, (value) => standingClaim.parse(value).erased === true, signal);
}
