import { readFileSync } from 'node:fs';
import { ApiError, createClient } from '@docfleet/client';
import { fileAt } from '@docfleet/client/node';
import type { Lane } from '@docfleet/domain';
import { z } from 'zod';
import { EvaluationError } from './labels.ts';

const endpoints = z.object({ api: z.url(), apiKey: z.string().min(1) });
export type Endpoints = z.infer<typeof endpoints>;

/** What became of a document: what scores and figures need of a run. */
export interface Job {
  /** As the API says, or `refused` and `unfinished` for what never became a run or did not end in time. */
  readonly status: string;
  readonly verdict?: string | null | undefined;
  readonly failure?: { readonly code: string; readonly message: string } | null | undefined;
  readonly documents?: readonly {
    readonly documentClass: string;
    readonly firstPage?: number;
    readonly fields: readonly {
      readonly name: string;
      readonly value: string;
      readonly normalised: string;
      readonly confidence: number;
    }[];
  }[];
  readonly timings?: readonly { readonly stage: string; readonly activeMs: number }[];
}

/**
 * Reads the address of the running fleet and a key for it.
 *
 * @throws EvaluationError when the file does not exist or names no fleet
 */
export function readEndpoints(file: string): Endpoints {
  try {
    return endpoints.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new EvaluationError(`No fleet runs here (${file} names none). Start it: npm start -- --keep`, {
      cause: error,
    });
  }
}

/** Longest time for one document, in milliseconds: the budget of a run and time in queues. */
const documentTimeoutMs = 900_000;

/** Sends a document and waits until its run has ended. Throws EvaluationError when the API cannot be used. */
export async function process(
  { api, apiKey }: Endpoints,
  document: { path: string; requestId: string; lane: Lane },
): Promise<Job> {
  const signal = AbortSignal.timeout(documentTimeoutMs);
  const client = createClient({ api, apiKey, signal });
  const { path, ...options } = document;
  try {
    const { runId } = await client.submitFile(await fileAt(path), { ...options, review: 'never' });
    return await client.waitForEnd(runId);
  } catch (cause) {
    if (cause instanceof ApiError) return unanswered('refused', cause);
    if (signal.aborted)
      return unanswered('unfinished', { code: 'TIMEOUT', message: 'the run did not end in time' });
    throw new EvaluationError(cause instanceof Error ? cause.message : 'the API cannot be used', { cause });
  }
}

function unanswered(
  status: 'refused' | 'unfinished',
  { code, message }: { code: string; message: string },
): Job {
  return { status, failure: { code, message } };
}
