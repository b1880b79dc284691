import { hasEnded, type Client, type Job } from '@docfleet/client';
import { interruptedCode, type commands, type ValuesOf } from '@docfleet/command-line';
import { formats } from '../read/arguments.ts';
import { exitCodeOf } from '../read/exit-code.ts';
import { readFiles } from '../read/read-files.ts';
import { failedFile, type FileResult } from '../read/result.ts';
import { plainText } from '../render/plain-text.ts';
import { csvHeader } from '../render/render-csv.ts';
import { renderResult } from '../render/render-result.ts';
import { write } from '../render/write.ts';
import type { Shell } from '../shell.ts';
import { endsCommand, explained, explaining } from './advice.ts';
import { openClient } from './open-client.ts';
import { resultOfRun } from './run-result.ts';

type Subcommands = typeof commands.docfleet.subcommands;

/** `docfleet watch`: prints each change of runs until all have ended. */
export async function watchCommand(
  call: { readonly operands: readonly string[]; readonly values: ValuesOf<Subcommands['watch']['options']> },
  shell: Shell,
): Promise<number> {
  const { stdout, signal } = shell;
  const isJson = call.values.json || stdout.isTTY !== true;
  const print = (job: Job): void => {
    stdout.write(isJson ? `${JSON.stringify(changeOf(job))}\n` : `${lineOf(job)}\n`);
  };
  return onEach(call.operands, shell, async (client, runId) => {
    const { verdict, status } = await client.waitForEnd(runId, { signal, onChange: print });
    return { verdict: status.startsWith('completed') ? verdict : null };
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
  return onEach(call.operands, shell, async (client, runId) => {
    const job = await client.readJob({ runId }, { signal });
    const name = job.fileName ?? runId;
    const result = hasEnded(job)
      ? await resultOfRun(client, job, name, { signal })
      : failedFile(name, { code: 'NOT_ENDED', message: `It is ${job.status}: docfleet watch ${runId}` });
    await write(stdout, renderResult(result, format, stdout), signal);
    return result;
  });
}

/** `docfleet cancel`: cancels runs. */
export async function cancelCommand(
  call: { readonly operands: readonly string[] },
  shell: Shell,
): Promise<number> {
  return onEach(call.operands, shell, async (client, runId) => {
    await client.cancelJob({ runId }, { signal: shell.signal });
    shell.stdout.write(
      shell.stdout.isTTY === true
        ? `${runId}: will end as cancelled\n`
        : `${JSON.stringify({ runId, status: 'cancelled' })}\n`,
    );
    return { verdict: 'approve' };
  });
}

/** Does the work for each run, in their order; one that is refused is told, and the others go on. */
async function onEach(
  runIds: readonly string[],
  shell: Shell,
  work: (client: Client, runId: string) => Promise<Pick<FileResult, 'verdict'>>,
): Promise<number> {
  const client = openClient(shell);
  const { stderr, signal } = shell;
  const one = async (runId: string): Promise<Pick<FileResult, 'verdict'>> => {
    try {
      return await work(client, runId);
    } catch (error) {
      if (signal.aborted || endsCommand(error)) throw error;
      stderr.write(`${plainText(runId)}: ${explained(error)}\n`);
      return { verdict: null };
    }
  };
  return explaining(
    (text) => void stderr.write(text),
    async () => {
      try {
        const verdicts: Pick<FileResult, 'verdict'>[] = [];
        for await (const verdict of readFiles([...new Set(runIds)], one)) verdicts.push(verdict);
        return exitCodeOf(verdicts);
      } catch (error) {
        if (!signal.aborted) throw error;
        stderr.write('Interrupted; the runs go on.\n');
        return interruptedCode;
      }
    },
  );
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
