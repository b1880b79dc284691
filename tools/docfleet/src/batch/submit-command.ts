import { ApiError, type Batch, type Client } from '@docfleet/client';
import { interruptedCode, UsageError, type commands, type ValuesOf } from '@docfleet/command-line';
import { exitCodeOf, exitCodes } from '../read/exit-code.ts';
import { readFiles } from '../read/read-files.ts';
import { failedFile, type FileResult } from '../read/result.ts';
import { progressOn, type ProgressDisplay } from '../render/progress.ts';
import { csvHeader } from '../render/render-csv.ts';
import { renderResult } from '../render/render-result.ts';
import { write } from '../render/write.ts';
import { endsCommand, explained, explaining } from '../remote/advice.ts';
import { openClient } from '../remote/open-client.ts';
import { resultOfRun } from '../remote/run-result.ts';
import type { Shell } from '../shell.ts';
import { fileHasEnded, nameOf, summaryLine } from './render-batch.ts';
import { sendBatch } from './send-batch.ts';
import { batchCallOf, type BatchCall } from './submit-options.ts';

/** Results that are read at the same time. */
const atOnce = 16;

/** Longest time for the cancellation after an interrupt, in milliseconds. */
const cancelTimeoutMs = 10_000;

/** How far a call is: what is said when it breaks off depends on it. */
interface Reached {
  draft?: Batch;
  accepted?: Batch;
}

/** `docfleet batch submit`: submits files together, prints what became of them and gives the exit code. */
export async function batchSubmitCommand(
  given: {
    readonly operands: readonly string[];
    readonly values: ValuesOf<typeof commands.docfleet.subcommands.batch.subcommands.submit.options>;
  },
  shell: Shell,
): Promise<number> {
  const { folder, stdout, stderr, signal } = shell;
  const call = batchCallOf(given.operands, given.values, { folder, isTerminal: stdout.isTTY === true });
  const client = openClient(shell);
  const progress = progressOn(stderr);
  const say = (text: string): void => {
    progress.clear();
    stderr.write(text);
  };
  for (const name of call.repeated) say(`${name} is named twice; it is submitted once.\n`);
  const reached: Reached = {};
  return explaining(say, async () => {
    try {
      return await submitAndWait(call, { client, shell, progress, reached });
    } catch (error) {
      if (signal.aborted) {
        say(await interrupted(call, client, reached));
        return interruptedCode;
      }
      if (error instanceof UsageError) throw error;
      if (reached.draft !== undefined) say(howToGoOn(reached.draft));
      if (!(error instanceof ApiError) || endsCommand(error)) throw error;
      say(`${explained(error)}\n`);
      return exitCodes.failed;
    }
  });
}

interface Surroundings {
  readonly client: Client;
  readonly shell: Shell;
  readonly progress: ProgressDisplay;
  readonly reached: Reached;
}

async function submitAndWait(call: BatchCall, surroundings: Surroundings): Promise<number> {
  const { client, shell, progress, reached } = surroundings;
  const { stdout, signal } = shell;
  const total = call.inputs.length;
  let sent = 0;
  progress.show({ done: 0, total, doing: 'sending' });
  const accepted = await sendBatch(call, {
    client,
    signal,
    onDraft: (draft) => {
      reached.draft = draft;
    },
    onFile: (name) => {
      sent += 1;
      progress.show({ done: sent, total, doing: `${name}: sent` });
    },
  });
  delete reached.draft;
  reached.accepted = accepted;
  progress.clear();
  if (!call.isWaiting) {
    await write(stdout, renderAccepted(accepted, call), signal);
    return exitCodes.approved;
  }
  const { batchId } = accepted;
  const ended = await client.waitForBatch(batchId, {
    signal,
    stopsAtReview: true,
    onChange: (batch) => {
      showProgress(progress, batch);
    },
  });
  delete reached.accepted;
  progress.clear();
  return printResults(ended, call, surroundings);
}

function showProgress(progress: ProgressDisplay, { files, counts }: Batch): void {
  const next = files.find((file) => !fileHasEnded(file));
  const doing = next === undefined ? '' : `${nameOf(next)}: ${next.stage ?? ''}`;
  progress.show({ done: files.filter(fileHasEnded).length, total: counts.files, doing });
}

async function printResults(
  { files }: Batch,
  { inputs, format, isArchive }: BatchCall,
  { client, shell }: Surroundings,
): Promise<number> {
  const { stdout, signal } = shell;
  const one = async (file: Batch['files'][number]): Promise<FileResult> => {
    const name = (isArchive ? undefined : inputs[file.n - 1]?.name) ?? nameOf(file);
    try {
      const job = await client.readJob({ runId: file.runId }, { signal });
      return await resultOfRun(client, job, name, { signal });
    } catch (error) {
      if (!(error instanceof ApiError) || endsCommand(error)) throw error;
      return failedFile(name, error);
    }
  };
  const verdicts: Pick<FileResult, 'verdict'>[] = [];
  if (format === 'csv') await write(stdout, csvHeader, signal);
  for await (const result of readFiles(files, one, atOnce)) {
    verdicts.push(result);
    await write(stdout, renderResult(result, format, stdout), signal);
  }
  return exitCodeOf(verdicts);
}

/** A batch that was accepted: for a program a JSON object, for a person its id to ask with. */
function renderAccepted(batch: Batch, { inputs, format, isArchive }: BatchCall): string {
  if (format === 'table') return `${summaryLine(batch)}\n`;
  const { batchId, requestId, state } = batch;
  const files = batch.files.map(({ n, runId, fileName }) => ({
    file: (isArchive ? undefined : inputs[n - 1]?.name) ?? fileName,
    runId,
  }));
  return `${JSON.stringify({ batchId, requestId, state, files })}\n`;
}

function howToGoOn({ batchId, expiresAt }: Batch): string {
  return `The draft ${batchId} keeps what was sent${expiresAt === null ? '' : ` until ${expiresAt}`}. Go on: docfleet batch submit --resume ${batchId}, with the same files\n`;
}

/** What is said after Ctrl-C. */
async function interrupted(
  { cancelsOnInterrupt }: BatchCall,
  client: Client,
  { draft, accepted }: Reached,
): Promise<string> {
  if (draft !== undefined) return `Interrupted. ${howToGoOn(draft)}`;
  if (accepted === undefined) return 'Interrupted.\n';
  const { batchId } = accepted;
  if (!cancelsOnInterrupt) return `Interrupted: the batch goes on. Follow: docfleet batch watch ${batchId}\n`;
  try {
    await client.cancelBatch({ batchId }, { signal: AbortSignal.timeout(cancelTimeoutMs) });
    return 'Interrupted: the batch was cancelled.\n';
  } catch (error) {
    return `Interrupted: the batch was not cancelled: ${explained(error)}\n`;
  }
}
