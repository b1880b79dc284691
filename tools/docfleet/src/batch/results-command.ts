import { createWriteStream } from 'node:fs';
import { realpath, rename, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ApiError } from '@docfleet/client';
import { commands, interruptedCode, usageError, type ValuesOf } from '@docfleet/command-line';
import { exitCodeOf, exitCodes } from '../read/exit-code.ts';
import { write } from '../render/write.ts';
import { endsCommand, explained, explaining } from '../remote/advice.ts';
import { openClient } from '../remote/open-client.ts';
import type { Shell } from '../shell.ts';
import { outcomesOf } from './render-batch.ts';

const { results } = commands.docfleet.subcommands.batch.subcommands;

/** Formats that are no text. */
const binary: readonly string[] = ['xlsx', 'pdf', 'zip'];

/** `docfleet batch results`: writes the report of a batch; the exit code tells the worst of its documents. */
export async function batchResultsCommand(
  call: { readonly operands: readonly string[]; readonly values: ValuesOf<typeof results.options> },
  shell: Shell,
): Promise<number> {
  const { values, operands } = call;
  const { stdout, stderr, signal } = shell;
  const [batchId = ''] = operands;
  const format = results.options.format.accepts.of.find((each) => each === values.format) ?? 'json';
  const output = values.output === undefined ? undefined : resolve(shell.folder, values.output);
  if (output === undefined && binary.includes(format) && stdout.isTTY === true)
    throw usageError(results, `--format ${format} is nothing for a terminal: give --output`);
  if (values.originals && format !== 'zip') throw usageError(results, '--originals needs --format zip');
  const client = openClient(shell);
  const say = (text: string): void => void stderr.write(text);
  return explaining(say, async () => {
    try {
      const batch = await client.getBatch({ batchId }, { signal });
      const originals = values.originals ? 'true' : 'false';
      const answer = await client.readBatchResults({ batchId, format, originals }, { signal });
      const report = reportOf(answer, signal);
      if (output === undefined) for await (const part of report) await write(stdout, part, signal);
      else await writeWhole(report, output);
      if (batch.endedAt === null) {
        say(`The batch is ${batch.state}; the report shows it as it stands.\n`);
        return exitCodes.failed;
      }
      return exitCodeOf(outcomesOf(batch));
    } catch (error) {
      if (signal.aborted) {
        say('Interrupted.\n');
        return interruptedCode;
      }
      if (!(error instanceof ApiError) || endsCommand(error)) throw error;
      say(`${explained(error)}\n`);
      return exitCodes.failed;
    }
  });
}

/** The bytes of a report. @throws Error for one that was cut off */
async function* reportOf({ body }: Response, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  try {
    for await (const part of Readable.fromWeb(body)) yield part as Uint8Array;
  } catch (cause) {
    signal.throwIfAborted();
    throw new Error('The report was cut off before its end. Repeat the command.', { cause });
  }
}

/**
 * Writes a file that appears when it is whole; a link keeps naming its file. What is no file, such as `/dev/null` or a named
 * pipe, is written to and never replaced.
 *
 * @throws Error that says why it cannot be written
 */
async function writeWhole(report: AsyncIterable<Uint8Array>, path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  const isFile = there === undefined || there.isFile() || there.isDirectory();
  const target = there?.isFile() === true ? await realpath(path) : path;
  const draft = isFile ? `${target}.part` : target;
  try {
    await pipeline(report, createWriteStream(draft));
    if (isFile) await rename(draft, target);
  } catch (error) {
    if (isFile) await rm(draft, { force: true });
    if (error instanceof Error && 'syscall' in error)
      throw new Error(`${path} cannot be written: ${error.message}`, { cause: error });
    throw error;
  }
}
