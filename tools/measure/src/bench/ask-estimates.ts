import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Estimate } from './eta.ts';

/** Pause between two questions about one document, in milliseconds. */
const everyMs = 500;

const number = z.number();
const answerSchema = z.object({
  queue: z.object({ etaSeconds: number, etaLowSeconds: number, etaHighSeconds: number }),
});

/** Asks the API when a document will end, until the signal aborts; answers without an estimate are left out. */
export async function askEstimates(
  { api, apiKey }: { readonly api: string; readonly apiKey: string },
  runId: string,
  signal: AbortSignal,
): Promise<readonly Estimate[]> {
  const estimates: Estimate[] = [];
  try {
    for (;;) {
      const answer = await fetch(`${api}/v1/jobs/${runId}`, {
        headers: { authorization: `Bearer ${apiKey}` },
        signal,
      });
      const parsed = answerSchema.safeParse(await answer.json());
      if (parsed.success) estimates.push({ atMs: Date.now(), ...parsed.data.queue });
      await pause(everyMs, undefined, { signal });
    }
  } catch (error) {
    if (signal.aborted) return estimates;
    throw error;
  }
}
