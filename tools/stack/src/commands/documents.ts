import { randomUUID } from 'node:crypto';
import { relative } from 'node:path';
import { ApiError, createClient, UnreachableError, type Client } from '@docfleet/client';
import { fileAt } from '@docfleet/client/node';
import { writeSamples, writeSamplesToReview } from '@docfleet/samples';
import type { Endpoints } from '../endpoints.ts';
import type { Layout } from '../layout.ts';
import { Problem, messageOf } from '../problem.ts';
import { allEnded, renderResults, type FileResult } from '../table.ts';
import type { Context } from './context.ts';

/** Longest time for all documents together; a run without an end must not block the command. */
const timeoutMs = 15 * 60_000;

/**
 * Sends the files, or the project's own samples, follows each to its end and prints the table.
 * Gives whether every file reached a terminal event.
 */
export async function sendDocuments(
  context: Context,
  layout: Layout,
  endpoints: Endpoints,
  files: readonly string[],
): Promise<boolean> {
  const { progress, interrupted, calledFrom } = context;
  const paths =
    files.length > 0
      ? files
      : await progress.step('sample documents', async () =>
          (await writeSamples(layout.samples)).map((sample) => sample.path),
        );
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(timeoutMs)]);
  const client = createClient({ api: endpoints.api, apiKey: endpoints.apiKey, signal });
  const results = await Promise.all(
    paths.map((path) => {
      const name = files.length > 0 ? relative(calledFrom, path) : relative(layout.samples, path);
      return progress.step(name, () => sendOne(client, { path, file: name, signal }));
    }),
  );
  if (interrupted.aborted) throw new Problem('Interrupted.');
  context.print(`\n${renderResults(results)}\n`);
  return allEnded(results);
}

/** Sends samples that a person has to look at, and leaves them waiting in the queue of the console. */
export async function sendDocumentsToReview(
  { progress, interrupted, print }: Context,
  layout: Layout,
  endpoints: Endpoints,
): Promise<void> {
  const client = createClient({ api: endpoints.api, apiKey: endpoints.apiKey, signal: interrupted });
  const samples = await progress.step('sample documents for reviewers', async () => {
    const written = await writeSamplesToReview(layout.samples);
    for (const { path } of written)
      await client.submitFile(await fileAt(path), { requestId: `stack-${randomUUID()}` });
    return written;
  });
  print(`${samples.length} sample documents wait for a person: the console shows them under Review.\n`);
}

async function sendOne(
  client: Client,
  document: { readonly path: string; readonly file: string; readonly signal: AbortSignal },
): Promise<FileResult> {
  const { path, file, signal } = document;
  const startedAt = performance.now();
  const result = (): { file: string; wallMs: number } => ({ file, wallMs: performance.now() - startedAt });
  try {
    const { runId } = await client.submitFile(await fileAt(path), {
      requestId: `stack-${randomUUID()}`,
      // The command waits for the end, and nobody may be there to review.
      review: 'never',
    });
    const job = await client.waitForEnd(runId);
    return { ...result(), job };
  } catch (error) {
    if (error instanceof ApiError) return { ...result(), refusal: error };
    if (signal.aborted) return { ...result(), lost: `It has no result after ${timeoutMs / 60_000} minutes.` };
    const advice = error instanceof UnreachableError ? ': is the stack running (npm start)?' : '';
    return { ...result(), lost: `${messageOf(error)}${advice}` };
  }
}
