import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { outcomeStatuses } from '@docfleet/domain';
import { z } from 'zod';

const acceptedSchema = z.object({ runId: z.string() });

const jobSchema = z.object({
  runId: z.string(),
  status: z.enum(['accepted', 'running', ...outcomeStatuses]),
  stage: z.string().nullish(),
  verdict: z.string().nullish(),
  failure: z.object({ code: z.string(), message: z.string() }).nullish(),
  documents: z
    .array(
      z.object({
        index: z.number(),
        documentClass: z.string(),
        confidence: z.number(),
        firstPage: z.number(),
        lastPage: z.number(),
        verdict: z.string().nullish(),
        fields: z.array(
          z.object({
            name: z.string(),
            value: z.string(),
            normalised: z.string(),
            confidence: z.number(),
            page: z.number().nullish(),
          }),
        ),
      }),
    )
    .default([]),
  timings: z.array(z.object({ stage: z.string(), queuedMs: z.number(), activeMs: z.number() })).default([]),
});

/** A run as the API shows it; only what is printed here. */
export type Job = z.infer<typeof jobSchema>;

const problemSchema = z.object({
  code: z.string(),
  title: z.string().default(''),
  detail: z.string().default(''),
});

/** What the API said instead of taking the file. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

export interface ClientOptions {
  readonly api: string;
  readonly apiKey: string;
  readonly signal: AbortSignal;
}

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

/** Sends one file as a new run; asks again while the service is busy (429, 503). */
export async function submitFile(options: ClientOptions, path: string): Promise<{ runId: string } | Refusal> {
  const type = mediaTypes[extname(path).toLowerCase()] ?? 'application/octet-stream';
  const content = new Blob([await readFile(path)], { type });
  const requestId = `stack-${randomUUID()}`;
  for (;;) {
    const form = new FormData();
    // The fields come first, so that a server can judge them before it reads the file.
    form.set('requestId', requestId);
    form.set('file', content, basename(path));
    const response = await request(options, '/v1/jobs', { method: 'POST', body: form });
    if (response.status === 429 || response.status === 503) {
      await pause(Number(response.headers.get('retry-after') ?? 1) * 1000, options.signal);
      continue;
    }
    if (response.ok) return acceptedSchema.parse(await response.json());
    return refusalOf(response.status, await response.text());
  }
}

/** Follows a run to its terminal event. */
export async function waitForEnd(options: ClientOptions, runId: string): Promise<Job> {
  for (;;) {
    const response = await request(options, `/v1/jobs/${runId}`, { method: 'GET' });
    // A run that was accepted a moment ago may not be listed yet, and a busy service says so.
    if (response.ok) {
      const job = jobSchema.parse(await response.json());
      if (hasEnded(job)) return job;
    } else if (![404, 429, 503].includes(response.status)) {
      const { code, message } = refusalOf(response.status, await response.text());
      throw new Error(`${code}: ${message}`);
    }
    await pause(250, options.signal);
  }
}

export function hasEnded(job: Job): boolean {
  return job.status !== 'accepted' && job.status !== 'running';
}

/** The problem document's code and sentence, or the bare status of an answer that is none. */
export function refusalOf(status: number, body: string): Refusal {
  try {
    const { code, title, detail } = problemSchema.parse(JSON.parse(body));
    return { code, message: detail === '' ? title : detail };
  } catch {
    return { code: `HTTP ${status}`, message: body.slice(0, 200) };
  }
}

async function request(options: ClientOptions, path: string, init: RequestInit): Promise<Response> {
  return fetch(`${options.api}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${options.apiKey}` },
    signal: AbortSignal.any([options.signal, AbortSignal.timeout(60_000)]),
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(new Error('interrupted'));
      },
      { once: true },
    );
  });
}
