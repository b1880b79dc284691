import { ApiError, type ApiEvent, type Batch, type Client } from '@docfleet/client';
import { interruptedCode, type commands, type ValuesOf } from '@docfleet/command-line';
import { z } from 'zod';
import { exitCodeOf, exitCodes } from '../read/exit-code.ts';
import { progressOn } from '../render/progress.ts';
import { endsCommand, explained, explaining } from '../remote/advice.ts';
import { openClient } from '../remote/open-client.ts';
import type { Shell } from '../shell.ts';
import { nameOf, outcomesOf, summaryLine } from './render-batch.ts';

/** What is shown of an event, whatever its type. */
const ofRun = z.object({
  runId: z.string(),
  stage: z.string().optional(),
  status: z.string().optional(),
  code: z.string().nullish(),
});

/** `docfleet batch watch`: prints the events of a batch until it has ended. */
export async function batchWatchCommand(
  {
    operands: [batchId = ''],
    values,
  }: {
    readonly operands: readonly string[];
    readonly values: ValuesOf<typeof commands.docfleet.subcommands.batch.subcommands.watch.options>;
  },
  shell: Shell,
): Promise<number> {
  const { stdout, stderr, signal } = shell;
  const client = openClient(shell);
  const isJson = values.json || stdout.isTTY !== true;
  const say = (text: string): void => void stderr.write(text);
  return explaining(say, async () => {
    try {
      const batch = await client.getBatch({ batchId }, { signal });
      if (batch.state === 'DRAFT') {
        say(`${summaryLine(batch)}. A draft has no jobs: docfleet batch submit --resume ${batchId}\n`);
        return exitCodes.failed;
      }
      const ended = await follow(client, batch, { shell, isJson });
      return exitCodeOf(outcomesOf(ended));
    } catch (error) {
      if (signal.aborted) {
        say('Interrupted; the batch goes on.\n');
        return interruptedCode;
      }
      if (!(error instanceof ApiError) || endsCommand(error)) throw error;
      say(`${explained(error)}\n`);
      return exitCodes.failed;
    }
  });
}

async function follow(
  client: Client,
  batch: Batch,
  { shell, isJson }: { readonly shell: Shell; readonly isJson: boolean },
): Promise<Batch> {
  const { stdout, stderr, signal } = shell;
  const { batchId } = batch;
  const progress = progressOn(stderr);
  const show = personsView(batch, {
    print: (line) => {
      progress.clear();
      stdout.write(`${line}\n`);
    },
    onProgress: (state) => {
      progress.show(state);
    },
  });
  // A draft that was cancelled has no jobs and no events.
  if (batch.acceptedAt !== null)
    for await (const event of client.batchEvents(batchId, { signal })) {
      if (!isJson) show(event);
      else if (typeof event.data === 'object')
        stdout.write(`${JSON.stringify({ type: event.type, ...event.data })}\n`);
    }
  const ended = await client.waitForBatch(batchId, { signal });
  progress.clear();
  const { state, revision, counts } = ended;
  stdout.write(
    isJson
      ? `${JSON.stringify({ type: 'batch', batchId, state, revision, counts })}\n`
      : `${summaryLine(ended)}\n`,
  );
  return ended;
}

/** Shows events to a person: a line for each file that has ended, and how far all are. */
function personsView(
  { files }: Batch,
  shown: {
    readonly print: (line: string) => void;
    readonly onProgress: (state: {
      readonly done: number;
      readonly total: number;
      readonly doing: string;
    }) => void;
  },
): (event: ApiEvent) => void {
  const names = new Map(files.map((file) => [file.runId, nameOf(file)]));
  const ended = new Set<string>();
  let doing = '';
  return ({ type, data }) => {
    const { success, data: read } = ofRun.safeParse(data);
    if (!success) return;
    const { runId, stage, status, code } = read;
    const name = names.get(runId) ?? runId;
    if (type === 'ended') {
      ended.add(runId);
      shown.print([`${name}: ${status ?? 'ended'}`, ...(typeof code === 'string' ? [code] : [])].join(', '));
    } else {
      // A file that is redriven begins again.
      if (type === 'stage') ended.delete(runId);
      doing = `${name}: ${stage ?? ''}`;
    }
    shown.onProgress({ done: ended.size, total: files.length, doing });
  };
}
