import { randomUUID } from 'node:crypto';
import type { Lane } from '@docfleet/domain';
import type { LabelledFile } from './labels.ts';
import { process as runThrough, type Endpoints } from './pipeline.ts';
import type { Processed } from './summary.ts';

export interface ProcessOptions {
  readonly lane: Lane;
  /** Documents in process at the same time. */
  readonly parallel: number;
  /** Called after each document with how many are done. */
  readonly onProgress: (done: number) => void;
}

/**
 * Sends every document through the fleet, `parallel` at a time; the results have the order of the labels.
 *
 * @throws EvaluationError when the API cannot be used
 */
export async function processAll(
  endpoints: Endpoints,
  documents: readonly LabelledFile[],
  { lane, parallel, onProgress }: ProcessOptions,
): Promise<readonly Processed[]> {
  // A new name each time: a repeated requestId would be answered with the earlier run.
  const evaluation = `evaluate-${randomUUID()}`;
  const results = new Map<string, Processed>();
  const waiting = [...documents];
  const worker = async (): Promise<void> => {
    for (let document = waiting.shift(); document !== undefined; document = waiting.shift()) {
      const sentAt = performance.now();
      const requestId = `${evaluation}-${String(documents.indexOf(document))}`;
      const job = await runThrough(endpoints, { path: document.path, requestId, lane });
      results.set(document.id, { id: document.id, job, wallMs: Math.round(performance.now() - sentAt) });
      onProgress(results.size);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return documents.flatMap(({ id }) => results.get(id) ?? []);
}
