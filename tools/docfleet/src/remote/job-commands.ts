import { hasEnded, type Job } from '@docfleet/client';
import type { commands, ValuesOf } from '@docfleet/command-line';
import { formats } from '../read/arguments.ts';
import { failedFile } from '../read/result.ts';
import { plainText } from '../render/plain-text.ts';
import { csvHeader } from '../render/render-csv.ts';
import { renderResult } from '../render/render-result.ts';
import { write } from '../render/write.ts';
import type { Shell } from '../shell.ts';
import { onEach } from './on-each.ts';
import { resultOfRun } from './run-result.ts';

type Subcommands = typeof commands.docfleet.subcommands;

/** `docfleet watch`: prints each change of runs until all have ended, or wait for a person. */
export async function watchCommand(
  call: { readonly operands: readonly string[]; readonly values: ValuesOf<Subcommands['watch']['options']> },
  shell: Shell,
): Promise<number> {
  const { stdout, signal } = shell;
  const isJson = call.values.json || stdout.isTTY !== true;
  const print = (job: Job): void => {
    stdout.write(isJson ? `${JSON.stringify(changeOf(job))}\n` : `${lineOf(job)}\n`);
  };
  return onEach(call.operands, { shell, what: 'runs' }, async (client, runId) => {
    const options = { signal, onChange: print, stopsAtReview: true };
    const { verdict, status } = await client.waitForEnd(runId, options);
    return [{ verdict: status.startsWith('completed') || status === 'in_review' ? verdict : null }];
  });
}

/** `docfleet results`: prints the results of runs that have ended. */
export async function resultsCommand(
  call: {
    readonly operands: readonly string[];
    readonly values: ValuesOf<Subcommands['results']['options']>;
  },
  shell: Shell,
): Promise<number> {
  const { stdout, signal } = shell;
  const format =
    formats.find((each) => each === call.values.format) ?? (stdout.isTTY === true ? 'table' : 'json');
  if (format === 'csv') await write(stdout, csvHeader, signal);
  return onEach(call.operands, { shell, what: 'runs' }, async (client, runId) => {
    const job = await client.readJob({ runId }, { signal });
    const name = job.fileName ?? runId;
    const result =
      hasEnded(job) || job.status === 'in_review'
        ? await resultOfRun(client, job, name, { signal })
        : failedFile(name, { code: 'NOT_ENDED', message: `It is ${job.status}: docfleet watch ${runId}` });
    await write(stdout, renderResult(result, format, stdout), signal);
    return [result];
  });
}

/** `docfleet cancel`: cancels runs. */
export async function cancelCommand(
  call: { readonly operands: readonly string[] },
  shell: Shell,
): Promise<number> {
  return onEach(call.operands, { shell, what: 'runs' }, async (client, runId) => {
    await client.cancelJob({ runId }, { signal: shell.signal });
    shell.stdout.write(
      shell.stdout.isTTY === true
        ? `${runId}: will end as cancelled\n`
        : `${JSON.stringify({ runId, status: 'cancelled' })}\n`,
    );
    return [];
  });
}

function changeOf({ runId, status, stage, progress, verdict, failure }: Job): object {
  return { runId, status, stage, progress, verdict, failure };
}

function lineOf({ runId, status, stage, progress, verdict, failure }: Job): string {
  const { stagesDone, stagesTotal } = progress;
  const what = stage === null ? [] : [`${stage} (${stagesDone} of ${stagesTotal} stages done)`];
  const why = failure === null ? [] : [`${failure.code}: ${plainText(failure.message)}`];
  return [`${runId}: ${status}`, ...what, ...(verdict === null ? [] : [verdict]), ...why].join(', ');
}
