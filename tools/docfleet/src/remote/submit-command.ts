import { Readable } from 'node:stream';
import { UnreadableFileError, type Client, type Job, type UploadFile } from '@docfleet/client';
import { fileAt } from '@docfleet/client/node';
import { interruptedCode, type commands, type ValuesOf } from '@docfleet/command-line';
import type { Input } from '../read/arguments.ts';
import { exitCodeOf } from '../read/exit-code.ts';
import { fileProblem } from '../read/file-problem.ts';
import { readFiles } from '../read/read-files.ts';
import { failedFile, type FileResult } from '../read/result.ts';
import { plainText } from '../render/plain-text.ts';
import { progressOn, type ProgressDisplay } from '../render/progress.ts';
import { csvHeader } from '../render/render-csv.ts';
import { renderResult } from '../render/render-result.ts';
import { write } from '../render/write.ts';
import type { Output, Shell } from '../shell.ts';
import { endsCommand, explained, explaining } from './advice.ts';
import { openClient } from './open-client.ts';
import { resultOfRun } from './run-result.ts';
import { submitCallOf, type SubmitCall } from './submit-options.ts';

/** Documents that are submitted and waited for at the same time. */
const atOnce = 16;

/** Longest time for the cancellations after an interrupt, in milliseconds. */
const cancelTimeoutMs = 10_000;

/** A run, or why a file became none. */
type Outcome = { readonly job: Job } | { readonly result: FileResult };

/** `docfleet submit`: submits files to a fleet, prints what became of each and gives the exit code. */
export async function submitCommand(
  given: {
    readonly operands: readonly string[];
    readonly values: ValuesOf<typeof commands.docfleet.subcommands.submit.options>;
  },
  shell: Shell,
): Promise<number> {
  const { folder, stdout, stderr, signal } = shell;
  const call = submitCallOf(given.operands, given.values, { folder, isTerminal: stdout.isTTY === true });
  const client = openClient(shell);
  const progress = progressOn(stderr);
  const say = (text: string): void => {
    progress.clear();
    stderr.write(text);
  };
  for (const name of call.repeated) say(`${name} is named twice; it is submitted once.\n`);
  const running = new Map<string, string>();
  return explaining(say, async () => {
    try {
      return await submitAll(call, { client, shell, progress, running });
    } catch (error) {
      if (!signal.aborted) throw error;
      say(await interrupted(client, running, call));
      return interruptedCode;
    }
  });
}

interface Surroundings {
  readonly client: Client;
  readonly shell: Shell;
  readonly progress: ProgressDisplay;
  /** Runs that were accepted and have not ended, with the names of their files. */
  readonly running: Map<string, string>;
}

async function submitAll(
  call: SubmitCall,
  { client, shell, progress, running }: Surroundings,
): Promise<number> {
  const { stdin, stdout } = shell;
  const total = call.inputs.length;
  let done = 0;
  const over = new AbortController();
  const signal = AbortSignal.any([shell.signal, over.signal]);
  const one = async (input: Input): Promise<Outcome> => {
    try {
      const problem = input.path === null ? undefined : fileProblem(input.path);
      if (problem !== undefined) return { result: failedFile(input.name, problem) };
      const job = await client.submitFile(await uploadOf(input, stdin), call.options, { signal });
      if (!call.isWaiting) return { job };
      running.set(job.runId, input.name);
      const onChange = ({ stage }: Job): void => {
        progress.show({ done, total, doing: `${input.name}: ${stage ?? ''}` });
      };
      const ended = await client.waitForEnd(job.runId, { signal, onChange, stopsAtReview: true });
      running.delete(job.runId);
      return { result: await resultOfRun(client, ended, input.name, { signal }) };
    } catch (error) {
      if (shell.signal.aborted || !endsCommand(error)) {
        shell.signal.throwIfAborted();
        return { result: failedFile(input.name, refusalOf(error)) };
      }
      // The others would meet it as well, and are not waited for.
      over.abort(error);
      throw error;
    }
  };
  progress.show({ done, total, doing: '' });
  if (call.format === 'csv') await write(stdout, csvHeader, signal);
  const verdicts: Pick<FileResult, 'verdict'>[] = [];
  for await (const { name, outcome } of readFiles(
    call.inputs,
    async (input) => ({ name: input.name, outcome: await one(input) }),
    atOnce,
  )) {
    done += 1;
    progress.clear();
    if ('result' in outcome) {
      verdicts.push(outcome.result);
      await write(stdout, renderResult(outcome.result, call.format, stdout), signal);
    } else {
      verdicts.push({ verdict: 'approve' });
      await write(stdout, renderAccepted(name, outcome.job, stdout), signal);
    }
    progress.show({ done, total, doing: '' });
  }
  progress.clear();
  return exitCodeOf(verdicts);
}

async function uploadOf({ name, path }: Input, stdin: Readable): Promise<UploadFile> {
  if (path !== null) return fileAt(path);
  return { name, content: Readable.toWeb(stdin) as ReadableStream<Uint8Array> };
}

function refusalOf(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof UnreadableFileError) return { code: 'SOURCE_CHANGED', message: `${error.message}.` };
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'FAILED';
  return { code, message: error instanceof Error ? error.message : String(error) };
}

/** A file that was accepted: for a program a JSON object, for a person its name and the id to ask with. */
function renderAccepted(name: string, { runId, status }: Job, { isTTY }: Output): string {
  return isTTY === true
    ? `${plainText(name)}: ${runId}\n`
    : `${JSON.stringify({ file: name, runId, status })}\n`;
}

/** What is said after Ctrl-C. */
async function interrupted(
  client: Client,
  running: ReadonlyMap<string, string>,
  call: SubmitCall,
): Promise<string> {
  const runIds = [...running.keys()];
  if (runIds.length === 0) return 'Interrupted.\n';
  if (!call.cancelsOnInterrupt) {
    return `Interrupted: ${runIds.length === 1 ? 'a run goes' : 'runs go'} on. Follow: docfleet watch ${runIds.join(' ')}\n`;
  }
  const signal = AbortSignal.timeout(cancelTimeoutMs);
  const cancelled = await Promise.allSettled(runIds.map((runId) => client.cancelJob({ runId }, { signal })));
  const failures = cancelled.filter((each) => each.status === 'rejected');
  const lines = failures.map(({ reason }) => `A run was not cancelled: ${explained(reason)}\n`);
  return `Interrupted: ${cancelled.length - failures.length} of ${runIds.length} runs were cancelled.\n${lines.join('')}`;
}
