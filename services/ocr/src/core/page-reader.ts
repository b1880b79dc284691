import {
  failureCategory,
  FailureError,
  readingCachePrefix,
  toFailure,
  type Line,
  type PageReading,
  type ReadingEngine,
  type ReadingRoute,
} from '@docfleet/domain';
import type { EngineReadOptions, EngineReading, PageEngine } from './engine.ts';

/** A circuit breaker; see `@docfleet/resilience`. */
export interface CallGuard {
  run<T>(action: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** Cache of readings. Its methods never throw. */
export interface ReadingCache {
  get(key: string): Promise<CachedReading | undefined>;
  set(key: string, reading: CachedReading): Promise<void>;
}

/** A reading without its page number, which differs between documents. */
export type CachedReading = Omit<PageReading, 'page'>;

/** A page to be read. */
export interface PageToRead {
  readonly page: number;
  readonly tenantId: string;
  /** SHA-256 of the image's bytes, lower-case hex. */
  readonly sha256: string;
  /** Fetches the image; not called when the reading is cached. */
  readonly image: (signal: AbortSignal) => Promise<Uint8Array>;
}

export interface ReadPage {
  readonly reading: PageReading;
  readonly fromCache: boolean;
}

export interface PageReaderParts {
  readonly engine: PageEngine;
  readonly fallback: PageEngine;
  readonly guard: CallGuard;
  /** Runs an action, with retries after a crash of the engine. */
  readonly retry: <T>(action: () => Promise<T>, signal: AbortSignal) => Promise<T>;
  readonly cache: ReadingCache;
  /** Called for every page, for metrics. */
  readonly onRead: (facts: { engine: ReadingEngine; fromCache: boolean; cpuMs: number }) => void;
}

/**
 * Reads one page: from the cache, else with the engine behind its breaker, else with the fallback.
 *
 * @throws FailureError document faults, `DOC_CRASHED_PARSER` when the page crashed both engines, `ENGINE_UNAVAILABLE` when
 *   neither works, `TIMEOUT_OCR`; or the signal's reason
 */
export async function readPage(
  parts: PageReaderParts,
  page: PageToRead,
  options: EngineReadOptions,
): Promise<ReadPage> {
  const known = await lookUp(parts, page, options);
  if (known !== undefined) {
    parts.onRead({ engine: known.engine, fromCache: true, cpuMs: 0 });
    return { reading: { ...known, page: page.page }, fromCache: true };
  }
  const { reading, cpuMs } = await readUncached(parts, page, options);
  parts.onRead({ engine: reading.engine, fromCache: false, cpuMs });
  if (reading.engine === parts.engine.name) {
    await parts.cache.set(cacheKey(page, reading.engineVersion), reading);
  }
  return { reading: { ...reading, page: page.page }, fromCache: false };
}

/** `ocr:<tenant>:<sha256 of the page image>:<engine version>` (D-04): tenants never share an entry. */
export function cacheKey(page: Pick<PageToRead, 'tenantId' | 'sha256'>, engineVersion: string): string {
  return `${readingCachePrefix(page.tenantId)}${page.sha256}:${engineVersion}`;
}

async function lookUp(
  { engine, cache }: PageReaderParts,
  page: PageToRead,
  { route, signal }: EngineReadOptions,
): Promise<CachedReading | undefined> {
  const version = await versionOrNone(engine, route, signal);
  if (version === undefined) return undefined;
  const reading = await cache.get(cacheKey(page, version));
  return reading?.engineVersion === version ? reading : undefined;
}

/** Undefined when the engine is unavailable; reading the page fails over then. */
async function versionOrNone(
  engine: PageEngine,
  route: ReadingRoute,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return await engine.version(route, signal);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

async function readUncached(
  { engine, fallback, guard, retry }: PageReaderParts,
  page: PageToRead,
  options: EngineReadOptions,
): Promise<{ reading: CachedReading; cpuMs: number }> {
  const image = await page.image(options.signal);
  const attempt = (): Promise<{ reading: CachedReading; cpuMs: number }> =>
    guard.run((signal) => readWith(engine, image, { ...options, signal }), options.signal);
  try {
    return await retry(attempt, options.signal);
  } catch (error) {
    if (isFinal(error, options.signal)) throw error;
    try {
      return await readWith(fallback, image, options);
    } catch (second) {
      if (isFinal(second, options.signal)) throw second;
      throw bothFailed(page.page, error, second);
    }
  }
}

async function readWith(
  engine: PageEngine,
  image: Uint8Array,
  options: EngineReadOptions,
): Promise<{ reading: CachedReading; cpuMs: number }> {
  const read = await engine.read(image, options);
  const engineVersion = await engine.version(options.route, options.signal);
  return { reading: cachedReading(engine.name, engineVersion, read), cpuMs: read.cpuMs };
}

function cachedReading(engine: ReadingEngine, engineVersion: string, read: EngineReading): CachedReading {
  const { widthPx, heightPx, lines } = read;
  return { widthPx, heightPx, engine, engineVersion, lines };
}

/** Whether the fallback must not be tried: the document is at fault, or the attempt was aborted. */
function isFinal(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted || failureCategory(toFailure(error).code) === 'document';
}

function bothFailed(page: number, first: unknown, second: unknown): FailureError {
  const codes = [toFailure(first).code, toFailure(second).code];
  const cause = new AggregateError([first, second], 'No engine could read the page.');
  if (codes.every((code) => code === 'WORKER_CRASHED'))
    return new FailureError('DOC_CRASHED_PARSER', { page }, { cause });
  if (codes.includes('TIMEOUT_OCR')) return new FailureError('TIMEOUT_OCR', { page }, { cause });
  return new FailureError('ENGINE_UNAVAILABLE', { page }, { cause });
}

/** Mean confidence and number of the words of lines. */
export function wordFacts(lines: readonly Line[]): { confidence: number; wordCount: number } {
  const words = lines.flatMap((line) => line.words);
  const sum = words.reduce((total, { confidence }) => total + confidence, 0);
  const mean = words.length === 0 ? 0 : sum / words.length;
  return { confidence: Math.round(mean * 10_000) / 10_000, wordCount: words.length };
}
