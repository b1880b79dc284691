import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { hasEnded, jobSchema, refusalOf, type Job, type Refusal } from './job.ts';

export interface ClientOptions {
  /** `http://host:port` of the gateway. */
  readonly api: string;
  readonly apiKey: string;
  readonly signal: AbortSignal;
  /** How long a gateway that does not answer is waited for, in milliseconds; default 90,000: it may be restarting. */
  readonly patienceMs?: number;
}

export interface Submission {
  readonly path: string;
  /** Makes a repeated call the same run, so that every call may be repeated. */
  readonly requestId: string;
  readonly lane?: string;
}

const acceptedSchema = z.object({ runId: z.string() });

/** Pause between questions about a run, in milliseconds. */
const pollMs = 250;

/** Longest time one HTTP call may take, in milliseconds. */
const callTimeoutMs = 60_000;

const mediaTypes: Readonly<Record<string, string>> = {
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
  '.webp': 'image/webp',
  '.txt': 'text/plain',
};

/**
 * Sends one file as a run. Calls that meet a busy (429, 503) or an absent gateway are made again: the requestId makes
 * them harmless.
 *
 * @throws Error when the gateway does not answer within the patience, or the signal aborts
 */
export async function submitFile(
  options: ClientOptions,
  submission: Submission,
): Promise<{ readonly runId: string } | Refusal> {
  const { path, requestId, lane } = submission;
  const type = mediaTypes[extname(path).toLowerCase()] ?? 'application/octet-stream';
  const content = new Blob([await readFile(path)], { type });
  const answer = await persistently(options, '/v1/jobs', () => {
    const form = new FormData();
    // The fields come first, so that a server can judge them before it reads the file.
    form.set('requestId', requestId);
    if (lane !== undefined) form.set('lane', lane);
    form.set('file', content, basename(path));
    return { method: 'POST', body: form };
  });
  if (answer.ok) return acceptedSchema.parse(await answer.json());
  return refusalOf(answer.status, await answer.text());
}

/**
 * Follows a run to its end.
 *
 * @throws Error when the API refuses the question, does not answer within the patience, or the signal aborts
 */
export async function waitForEnd(options: ClientOptions, runId: string): Promise<Job> {
  for (;;) {
    const answer = await persistently(options, `/v1/jobs/${runId}`, () => ({ method: 'GET' }));
    if (answer.ok) {
      const job = jobSchema.parse(await answer.json());
      if (hasEnded(job)) return job;
    } else if (answer.status === 404) {
      // A run that was accepted a moment ago may not be listed yet.
      await answer.arrayBuffer();
    } else {
      const { code, message } = refusalOf(answer.status, await answer.text());
      throw new Error(`${code}: ${message}`);
    }
    await pause(pollMs, undefined, { signal: options.signal });
  }
}

/** One call, made again while the gateway is busy or away. `init` is asked anew each time: a body is read once. */
async function persistently(
  options: ClientOptions,
  path: string,
  init: () => RequestInit,
): Promise<Response> {
  const { api, apiKey, signal, patienceMs = 90_000 } = options;
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    let waitMs = 500;
    try {
      const answer = await fetch(`${api}${path}`, {
        ...init(),
        headers: { authorization: `Bearer ${apiKey}` },
        signal: AbortSignal.any([signal, AbortSignal.timeout(callTimeoutMs)]),
      });
      if (answer.status !== 429 && answer.status !== 503) return answer;
      if (performance.now() > giveUpAt) return answer;
      await answer.arrayBuffer();
      waitMs = 1000 * Math.max(1, Number(answer.headers.get('retry-after') ?? 1));
    } catch (cause) {
      signal.throwIfAborted();
      if (performance.now() > giveUpAt) {
        throw new Error(`${api} does not answer: is the stack running (npm start)?`, { cause });
      }
    }
    await pause(waitMs, undefined, { signal });
  }
}
