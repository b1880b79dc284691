import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { outcomeStatuses } from '@docfleet/domain';
import { z } from 'zod';
import { EvaluationError } from './labels.ts';

const endpoints = z.object({ api: z.url(), apiKey: z.string().min(1) });
export type Endpoints = z.infer<typeof endpoints>;

const job = z.object({
  status: z.string(),
  verdict: z.string().nullish(),
  failure: z.object({ code: z.string(), message: z.string() }).nullish(),
  documents: z
    .array(
      z.object({
        documentClass: z.string(),
        fields: z.array(
          z.object({
            name: z.string(),
            value: z.string(),
            normalised: z.string(),
            confidence: z.number(),
            page: z.number(),
          }),
        ),
      }),
    )
    .nullish(),
  timings: z.array(z.object({ stage: z.string(), activeMs: z.number() })).nullish(),
});
/** A run as the API tells it. */
export type Job = z.infer<typeof job>;

const accepted = z.object({ runId: z.string() });

/** Reads where the running stack is. Throws EvaluationError when it was never started here. */
export function readEndpoints(root: string): Endpoints {
  const file = join(root, '.docfleet/endpoints.json');
  try {
    return endpoints.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new EvaluationError(`${file} does not name a running stack: start it with npm start`, {
      cause: error,
    });
  }
}

/** Pause between questions about a run, in milliseconds. */
const pollMs = 250;

/** Longest time one document may take, in milliseconds: the run's own budget and some waiting. */
const patienceMs = 900_000;

/** Sends a document and waits until its run has ended. Throws EvaluationError when the API cannot be used. */
export async function process(
  { api, apiKey }: Endpoints,
  document: { path: string; requestId: string; lane: string },
): Promise<Job> {
  const form = new FormData();
  form.set('requestId', document.requestId);
  form.set('lane', document.lane);
  form.set('file', new Blob([await readFile(document.path)]), basename(document.path));
  const headers = { authorization: `Bearer ${apiKey}` };
  const { runId } = await post(`${api}/v1/jobs`, headers, form);
  const until = Date.now() + patienceMs;
  while (Date.now() < until) {
    const current = job.parse(await json(await call(`${api}/v1/jobs/${runId}`, { headers })));
    if ((outcomeStatuses as readonly string[]).includes(current.status)) return current;
    await pause(pollMs);
  }
  return { status: 'unfinished', failure: { code: 'TIMEOUT', message: 'the run did not end in time' } };
}

/** Sends a form; waits and tries again when told that there are too many requests. */
async function post(
  url: string,
  headers: Record<string, string>,
  body: FormData,
): Promise<z.infer<typeof accepted>> {
  for (;;) {
    const answer = await call(url, { method: 'POST', headers, body });
    if (answer.status !== 429 && answer.status !== 503) return accepted.parse(await json(answer));
    await pause(1000 * Math.max(1, Number(answer.headers.get('retry-after') ?? 1)));
  }
}

async function call(url: string, options: RequestInit): Promise<Response> {
  try {
    return await fetch(url, options);
  } catch (error) {
    throw new EvaluationError(`${new URL(url).origin} does not answer: is the stack running (npm start)?`, {
      cause: error,
    });
  }
}

async function json(answer: Response): Promise<unknown> {
  if (answer.ok) return answer.json();
  throw new EvaluationError(`${answer.url} answered ${String(answer.status)}: ${await answer.text()}`);
}
