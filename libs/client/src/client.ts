import { followEvents, type ApiEvent, type EventOptions } from './events.ts';
import { operationRoutes, type Operations } from './generated/operations.ts';
import type { Batch, BatchFile, Job } from './generated/types.ts';
import { pathOf, type CallOptions, type OperationRoute } from './operation.ts';
import {
  createTransport,
  systemContext,
  type ClientOptions,
  type Context,
  type OutgoingCall,
  type Transport,
} from './transport.ts';
import {
  batchCall,
  draftFileCall,
  uploadCall,
  type BatchOptions,
  type RepeatableFile,
  type SubmitOptions,
  type UploadFile,
} from './upload.ts';
import {
  hasEnded,
  waitForBatch,
  waitForEnd,
  type BatchWaitOptions,
  type WaitOptions,
} from './wait-for-end.ts';

/** Longest time for an upload, in milliseconds. */
const uploadTimeoutMs = 900_000;

/** The API: every operation by its name, and what needs more than one call. */
export interface Client extends Operations {
  /**
   * Submits a file. Made again while the gateway is busy or away, which never makes a second job: a call without a
   * `requestId` gets an Idempotency-Key. A stream is sent once.
   */
  submitFile(file: UploadFile, options?: SubmitOptions, call?: CallOptions): Promise<Job>;

  /**
   * Submits a file and waits on the same connection, at most `waitMs` (default 30,000, at most 120,000); the job may then
   * still be running: see `hasEnded`.
   */
  processFile(
    file: UploadFile,
    options?: SubmitOptions & { readonly waitMs?: number },
    call?: CallOptions,
  ): Promise<Job>;

  /** Waits until a job has ended, across restarts of the gateway. */
  waitForEnd(runId: string, options?: WaitOptions): Promise<Job>;

  /** The events of a job until nothing more will follow. A connection that is lost is made again and goes on after the last event. */
  jobEvents(runId: string, options?: EventOptions): AsyncGenerator<ApiEvent, void>;

  /**
   * Submits documents, or a ZIP archive of them, as one batch in one call. Made again while the gateway is busy or away, which
   * never makes a second batch. For files that take long to send, see `putDraftFile`.
   */
  submitBatch(
    files: readonly RepeatableFile[] | { readonly zip: RepeatableFile },
    options?: BatchOptions,
    call?: CallOptions,
  ): Promise<Batch>;

  /**
   * Puts a file into a draft (`createBatch` with `draft: true`, then `startBatch`), by its number from 1. A number that has a
   * file gets the new one.
   */
  putDraftFile(batchId: string, n: number, file: RepeatableFile, call?: CallOptions): Promise<BatchFile>;

  /** Waits until a batch has ended, across restarts of the gateway. */
  waitForBatch(batchId: string, options?: BatchWaitOptions): Promise<Batch>;

  /** The events of all jobs of a batch until it has ended, as `jobEvents` gives those of one. */
  batchEvents(batchId: string, options?: EventOptions): AsyncGenerator<ApiEvent, void>;
}

/** A client of the API at an address. It holds no connection and needs no closing. */
export function createClient(options: ClientOptions): Client {
  return clientIn(options, systemContext);
}

/** The same with another clock, for tests. */
export function clientIn(options: ClientOptions, context: Context): Client {
  const transport = createTransport(options, context);
  const operations = operationsOf(transport);
  const newIds = () => ({ idempotencyKey: context.newId(), boundary: `docfleet-${context.newId()}` });
  const sendFiles = async (outgoing: OutgoingCall, call?: CallOptions): Promise<unknown> => {
    const answer = await transport.send(outgoing, {
      timeoutMs: options.timeoutMs ?? uploadTimeoutMs,
      ...call,
    });
    return answer.json();
  };
  const upload = async (
    path: string,
    file: UploadFile,
    given: SubmitOptions,
    call?: CallOptions,
  ): Promise<Job> => {
    return (await sendFiles(uploadCall(path, file, given, newIds()), call)) as Job;
  };
  return {
    ...operations,
    submitFile: (file, given = {}, call) => upload('/v1/jobs', file, given, call),
    processFile: (file, { waitMs, ...given } = {}, call) =>
      upload(waitMs === undefined ? '/v1/process' : `/v1/process?waitMs=${waitMs}`, file, given, call),
    waitForEnd: (runId, waiting = {}) =>
      waitForEnd(transport, (call) => operations.readJob({ runId }, call), waiting),
    jobEvents: (runId, events = {}) =>
      followEvents(transport, `/v1/jobs/${encodeURIComponent(runId)}/events`, endsJob, events),
    submitBatch: async (files, given = {}, call) =>
      (await sendFiles(batchCall(files, given, newIds()), call)) as Batch,
    putDraftFile: async (batchId, n, file, call) =>
      (await sendFiles(draftFileCall(batchId, n, file, newIds()), call)) as BatchFile,
    waitForBatch: (batchId, waiting = {}) =>
      waitForBatch(transport, (call) => operations.getBatch({ batchId }, call), waiting),
    // No event tells the end of a batch: the gateway says that nothing will follow.
    batchEvents: (batchId, events = {}) =>
      followEvents(transport, `/v1/batches/${encodeURIComponent(batchId)}/events`, () => false, events),
  };
}

/** Whether an event tells the end of its job. */
function endsJob({ data }: ApiEvent): boolean {
  const { status } = (typeof data === 'object' ? (data ?? {}) : {}) as Partial<Pick<Job, 'status'>>;
  return status !== undefined && hasEnded({ status });
}

/** A function for each operation of the table; their types are generated from the same document. */
function operationsOf(transport: Transport): Operations {
  const entries = Object.entries(operationRoutes).map(([name, route]) => [
    name,
    (...given: readonly unknown[]) => callOperation(transport, route, given),
  ]);
  return Object.fromEntries(entries) as Operations;
}

async function callOperation(
  transport: Transport,
  route: OperationRoute,
  given: readonly unknown[],
): Promise<unknown> {
  const hasInput = route.query.length > 0 || route.path.includes('{') || route.hasBody;
  const [first, second] = given;
  const input = (hasInput ? (first ?? {}) : {}) as Readonly<Record<string, unknown>>;
  const options = ((hasInput ? second : first) ?? {}) as CallOptions;
  const { body } = input;
  const answer = await transport.send(
    {
      method: route.method,
      path: pathOf(route, input),
      headers: {
        ...(route.takesIdempotencyKey && !hasRequestId(body)
          ? { 'idempotency-key': transport.context.newId() }
          : {}),
        ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: () => (body instanceof FormData ? body : JSON.stringify(body)) }),
      isRepeatable: route.isRepeatable,
    },
    options,
  );
  switch (route.answer) {
    case 'json':
      // An answer that has nothing to say, where another one would have.
      return answer.status === 204 ? undefined : answer.json();
    case 'none':
      await answer.body?.cancel();
      return undefined;
    case 'raw':
      return answer;
  }
}

function hasRequestId(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'requestId' in body && body.requestId !== undefined;
}
