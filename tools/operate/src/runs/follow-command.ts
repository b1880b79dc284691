import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { ApiCall } from '../api-client.ts';

const job = z.object({
  runId: z.string(),
  revision: z.number(),
  status: z.string(),
  stage: z.string().nullable(),
  progress: z.object({ stagesDone: z.number(), stagesTotal: z.number() }),
  verdict: z.string().nullable(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  endedAt: z.string().nullable(),
});

/** Interval of asking the read model, in milliseconds. */
const intervalMs = 500;

/** Prints a line for each change of a run until it has ended; gives whether it was completed. @throws ApiRefusal */
export async function followCommand(
  { runId, json }: { readonly runId: string; readonly json: boolean },
  call: ApiCall,
  say: (line: string) => void,
  wait: () => Promise<unknown> = () => sleep(intervalMs),
): Promise<boolean> {
  let last = '';
  for (;;) {
    const found = job.parse(await call(`/v1/jobs/${runId}`));
    const line = json ? JSON.stringify(found) : lineOf(found);
    if (line !== last) say(json ? line : `${new Date().toISOString()}  ${line}`);
    last = line;
    if (found.endedAt !== null) return found.status.startsWith('completed');
    await wait();
  }
}

function lineOf({ revision, status, stage, progress, verdict, failure }: z.infer<typeof job>): string {
  const at = stage === null ? '' : ` at ${stage}`;
  const why = failure === null ? '' : `: ${failure.code} ${failure.message}`;
  const judged = verdict === null ? '' : `, verdict ${verdict}`;
  const done = `${String(progress.stagesDone)} of ${String(progress.stagesTotal)} stages`;
  return `r${String(revision)} ${status}${at} (${done})${judged}${why}`;
}
