import { randomUUID } from 'node:crypto';
import { relative } from 'node:path';
import { submitFile, waitForEnd, type ClientOptions } from '@docfleet/client';
import { writeSamples } from '@docfleet/samples';
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
  const client = { api: endpoints.api, apiKey: endpoints.apiKey, signal };
  const results = await Promise.all(
    paths.map((path) => {
      const name = files.length > 0 ? relative(calledFrom, path) : relative(layout.samples, path);
      return progress.step(name, () => sendOne(client, path, name));
    }),
  );
  if (interrupted.aborted) throw new Problem('Interrupted.');
  context.print(`\n${renderResults(results)}\n`);
  return allEnded(results);
}

async function sendOne(client: ClientOptions, path: string, file: string): Promise<FileResult> {
  const startedAt = performance.now();
  const result = (): { file: string; wallMs: number } => ({ file, wallMs: performance.now() - startedAt });
  try {
    const answer = await submitFile(client, { path, requestId: `stack-${randomUUID()}` });
    if (!('runId' in answer)) return { ...result(), refusal: answer };
    const job = await waitForEnd(client, answer.runId);
    return { ...result(), job };
  } catch (error) {
    const lost = client.signal.aborted
      ? `It has no result after ${timeoutMs / 60_000} minutes.`
      : messageOf(error);
    return { ...result(), lost };
  }
}
