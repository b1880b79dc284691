import { ApiError, isUnreadableFile, UnreachableError, UnreadableFileError } from './api-error.ts';
import type { CallOptions } from './operation.ts';
import { pauseBeforeRetry, retryAfterMs, type FailedTry } from './retry.ts';

/** Where the API is, and how long it is waited for. */
export interface ClientOptions {
  /** `https://host` of a gateway, without a path. */
  readonly api: string;
  /** An API key or a token; a function is asked before every try, so that a token can be renewed. */
  readonly apiKey: string | (() => string | Promise<string>);
  /** Ends every call of the client. */
  readonly signal?: AbortSignal;
  /** How long a gateway that is busy or does not answer is tried again, in milliseconds; default 90,000. */
  readonly patienceMs?: number;
  /** Longest time until an answer begins, in milliseconds; default 60,000. Uploads have 15 minutes. */
  readonly timeoutMs?: number;
  /** Replaces the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
}

/** Time, chance and ids, which tests replace. */
export interface Context {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly newId: () => string;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export const systemContext: Context = {
  now: () => Date.now(),
  random: () => Math.random(),
  newId: () => crypto.randomUUID(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const abort = (): void => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', abort);
        resolve();
      }, ms);
      signal.addEventListener('abort', abort, { once: true });
    }),
};

/** One request, made anew for each try: a body is read once. */
export interface OutgoingCall {
  readonly method: string;
  /** Below the API's address. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Absent: no body. */
  readonly body?: () => NonNullable<RequestInit['body']>;
  readonly isRepeatable: boolean;
}

/** Makes calls: with the key, again while the gateway is busy or away, and with refusals as errors. */
export interface Transport {
  /**
   * The answer, which succeeded; its body is the caller's.
   *
   * @throws ApiError for a refusal, UnreachableError without an answer, UnreadableFileError for a file that changes
   *   meanwhile, or the reason of a signal
   */
  readonly send: (call: OutgoingCall, options?: CallOptions) => Promise<Response>;
  readonly context: Context;
  readonly patienceMs: number;
  /** The signal of a call together with the client's. */
  readonly signalOf: (options: CallOptions) => AbortSignal;
}

export function createTransport(client: ClientOptions, context: Context): Transport {
  const { patienceMs = 90_000, fetch = globalThis.fetch } = client;
  const api = client.api.replace(/\/+$/, '');
  const signalOf = ({ signal }: CallOptions): AbortSignal => {
    const signals = [client.signal, signal].filter((each) => each !== undefined);
    return signals.length === 1 && signals[0] !== undefined ? signals[0] : AbortSignal.any(signals);
  };

  /** One try. The time limit ends with the answer's head, so that a long body is not cut. */
  const attempt = async (call: OutgoingCall, signal: AbortSignal, timeoutMs: number): Promise<Response> => {
    const tooLong = new AbortController();
    const timer = setTimeout(() => {
      tooLong.abort(new DOMException(`no answer within ${timeoutMs} ms`, 'TimeoutError'));
    }, timeoutMs);
    try {
      const key = typeof client.apiKey === 'string' ? client.apiKey : await client.apiKey();
      const body = call.body?.();
      return await fetch(`${api}${call.path}`, {
        method: call.method,
        headers: { authorization: `Bearer ${key}`, ...call.headers },
        signal: AbortSignal.any([signal, tooLong.signal]),
        // Headers would lose the key on the way to another host.
        redirect: 'error',
        ...(body === undefined ? {} : { body }),
        ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
      });
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    context,
    patienceMs,
    signalOf,
    send: async (call, options = {}) => {
      const signal = signalOf(options);
      const timeoutMs = options.timeoutMs ?? client.timeoutMs ?? 60_000;
      const giveUpAt = context.now() + patienceMs;
      for (let tries = 1; ; tries++) {
        signal.throwIfAborted();
        let failed: FailedTry = 'no answer';
        let error: Error;
        try {
          const answer = await attempt(call, signal, timeoutMs);
          if (answer.ok) return answer;
          failed = { status: answer.status, retryAfter: answer.headers.get('retry-after') };
          const wanted = retryAfterMs(failed.retryAfter, context.now());
          error = new ApiError({ status: answer.status, body: await bodyOf(answer), retryAfterMs: wanted });
        } catch (cause) {
          signal.throwIfAborted();
          if (isUnreadableFile(cause)) throw new UnreadableFileError(cause);
          error = new UnreachableError(api, cause);
        }
        const at = { now: context.now(), random: context.random() };
        const pauseMs = pauseBeforeRetry(failed, { isRepeatable: call.isRepeatable, tries }, at);
        if (pauseMs === undefined || at.now + pauseMs > giveUpAt) throw error;
        await context.sleep(pauseMs, signal);
      }
    },
  };
}

/** The body of a refusal; one that is cut off says nothing more than its status. */
async function bodyOf(answer: Response): Promise<string> {
  return answer.text().catch(() => '');
}
