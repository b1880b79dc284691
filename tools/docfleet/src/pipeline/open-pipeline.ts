import type { Readable } from 'node:stream';
import { localCodec, topics, type DocumentSubmitted, type StageEvent } from '@docfleet/contracts';
import { runIdOf, systemClock, uploadFolder, whenAborted } from '@docfleet/domain';
import { createMemoryCluster } from '@docfleet/memory-log';
import { openFolderStore, type RemovableObjectStore } from '@docfleet/objects';
import type { Log } from '@docfleet/telemetry';
import { followEndings, type Endings, type SubmissionEnding } from './endings.ts';
import type { PipelineSettings } from './settings.ts';
import { openStages } from './stages.ts';

/** The tenant of everything that is read in one process. */
const tenantId = 'local';

/** Longest object of a run that is read, in bytes: the stages' own limits are below. */
const maxObjectBytes = 256 * 1024 * 1024;

/** A document to be read. */
export interface Submission {
  /** Unique in this process. */
  readonly requestId: string;
  /** Opens its bytes; called once. */
  readonly open: () => Readable;
  /** For display; null for what has no name. */
  readonly fileName: string | null;
  readonly route: string | null;
  readonly expectations: Readonly<Record<string, string>>;
  /** Null: it is found out. */
  readonly documentClass: string | null;
  /** Whether the rules of the class and the expectations are checked. */
  readonly checks: boolean;
}

/** What a document's run has left. */
export interface FinishedRun {
  readonly ending: SubmissionEnding;
  /** The bytes of an object of the run, while it is looked at. */
  readonly bytesOf: (uri: string) => Promise<Buffer>;
}

/** The stages of the fleet in this process. */
export interface Pipeline {
  /**
   * Reads one document, has `use` look at what it left, and removes that.
   *
   * @throws FailureError `DOC_TOO_LARGE`; what `open` throws; an Error when the temporary folder cannot be used; the reason
   *   of the signal
   */
  read<T>(submission: Submission, use: (run: FinishedRun) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface PipelineOptions {
  readonly settings: PipelineSettings;
  /** An empty folder for documents, pages and results. */
  readonly folder: string;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Told of each step of a run, for whoever waits. */
  readonly onEvent: (event: StageEvent) => void;
}

/** Opens the pipeline: its log, its store and all stages. */
export async function openPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { settings, folder, log, onEvent } = options;
  const closing = new AbortController();
  const broken = new AbortController();
  const signal = AbortSignal.any([options.signal, broken.signal]);
  const codec = localCodec();
  const cluster = createMemoryCluster({
    clock: systemClock,
    topics: Object.fromEntries(topics.map(({ name }) => [name, 1])),
  });
  const recordLog = cluster.log('docfleet');
  const store = openFolderStore({
    folder,
    bucket: 'docfleet',
    // Stages would wait for a store that comes back; nobody frees this one but the person who waits for them.
    onFailure: (cause) => {
      const why = cause instanceof Error ? cause.message : String(cause);
      broken.abort(
        new Error(`The temporary folder ${folder} cannot be used (${why}); TMPDIR names another.`, { cause }),
      );
    },
  });
  const endings = await followEndings({
    recordLog,
    codec,
    onEvent,
    signal: closing.signal,
    onFailure: (error) => {
      log.error('A record could not be decoded', error);
    },
  });
  const stages = await openStages({ settings, cluster, codec, store, log, stopping: closing.signal });
  const submit = async (task: DocumentSubmitted, runId: string): Promise<void> => {
    const value = await codec.encode('documents.normal', task);
    await recordLog.produce([{ topic: 'documents.normal', key: Buffer.from(runId), value, headers: {} }]);
  };
  const limits = { maxBytes: settings.preprocess.MAX_DOCUMENT_BYTES };
  return {
    read: (submission, use) => readOne({ store, endings, submit, signal, ...limits }, submission, use),
    close: async () => {
      closing.abort(new Error('The pipeline closes.'));
      await stages.close();
      await recordLog.close();
      store.close();
    },
  };
}

interface Parts {
  readonly store: RemovableObjectStore;
  readonly endings: Endings;
  readonly submit: (task: DocumentSubmitted, runId: string) => Promise<void>;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

async function readOne<T>(
  { store, endings, submit, maxBytes, signal }: Parts,
  { requestId, open, fileName, route, expectations, documentClass, checks }: Submission,
  use: (run: FinishedRun) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const runId = runIdOf(tenantId, requestId);
  const key = `${uploadFolder(tenantId)}${runId}/document`;
  const mediaType = 'application/octet-stream';
  const { uri, sha256 } = await store.upload(key, open(), { mediaType, maxBytes, signal });
  const ended = endings.of(requestId);
  await submit(
    {
      tenantId,
      requestId,
      documentId: null,
      source: { uri, sha256 },
      fileName,
      region: null,
      callbackUrl: null,
      route,
      expectations,
      submittedAt: systemClock.now(),
      documentClass,
      checks,
      // Nobody waits here for a person.
      review: 'never',
    },
    runId,
  );
  const ending = await Promise.race([ended, whenAborted(signal)]);
  signal.throwIfAborted();
  if (ending === undefined) throw new Error('A submission ended without an ending.');
  const bytesOf = (of: string): Promise<Buffer> => store.read(of, { signal, maxBytes: maxObjectBytes });
  const used = await use({ ending, bytesOf });
  await removeRun(store, runId, signal);
  return used;
}

/** Removes everything of a run, so that the folder holds only the runs that are in progress. */
async function removeRun(store: RemovableObjectStore, runId: string, signal: AbortSignal): Promise<void> {
  const keys: string[] = [];
  for await (const { key } of store.list('', signal)) if (key.includes(runId)) keys.push(key);
  await store.remove(keys, signal);
}
