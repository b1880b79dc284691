import { setTimeout as pause } from 'node:timers/promises';
import { lanes } from '@docfleet/domain';
import { seededRandom } from '@docfleet/samples';
import { z } from 'zod';
import { digitalDocument } from '../plan/documents.ts';

/** One document of the tenant that works beside the fuzzing one. */
export interface NeighbourDocument {
  readonly requestId: string;
  readonly runId: string | undefined;
  /** Last status that the API gave, or why there is none. */
  readonly status: string;
  readonly ms: number;
}

export interface NeighbourOptions {
  readonly api: string;
  readonly apiKey: string;
  readonly seed: number;
  /** A word in all documents of this tenant, which nobody else may read. */
  readonly secret: string;
}

const waitMs = 120_000;

const job = z.object({ runId: z.string(), status: z.string() });

/** Submits one receipt and waits for its end. */
async function submitOne(
  options: NeighbourOptions,
  { name, index }: { readonly name: string; readonly index: number },
): Promise<NeighbourDocument> {
  const { api, apiKey, secret, seed } = options;
  const { bytes, fileName, mediaType } = digitalDocument(seededRandom(seed + index), name, 1, secret);
  const form = new FormData();
  form.set('requestId', name);
  form.set('review', 'never');
  form.set('lane', lanes[index % lanes.length] ?? 'normal');
  form.set('file', new Blob([new Uint8Array(bytes)], { type: mediaType }), fileName);
  const startedAt = performance.now();
  const answer = await fetch(`${api}/v1/process?waitMs=${waitMs}`, {
    method: 'POST',
    body: form,
    headers: { authorization: `Bearer ${apiKey}` },
    signal: AbortSignal.timeout(waitMs + 30_000),
  }).catch((error: unknown) => String(error));
  const ms = performance.now() - startedAt;
  if (typeof answer === 'string') return { requestId: name, runId: undefined, status: answer, ms };
  const parsed = job.safeParse(await answer.json().catch(() => undefined));
  if (!parsed.success) return { requestId: name, runId: undefined, status: `HTTP ${answer.status}`, ms };
  return { requestId: name, runId: parsed.data.runId, status: parsed.data.status, ms };
}

/** Submits documents one after another, in all lanes by turns, at least `least`, until `isOver`. */
export async function workNormally(
  options: NeighbourOptions,
  work: {
    readonly name: string;
    readonly least: number;
    readonly isOver: () => boolean;
    readonly pauseMs: number;
  },
): Promise<readonly NeighbourDocument[]> {
  const documents: NeighbourDocument[] = [];
  while (documents.length < work.least || !work.isOver()) {
    const index = documents.length;
    documents.push(await submitOne(options, { name: `${work.name}-${index}`, index }));
    await pause(work.pauseMs);
  }
  return documents;
}
