import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { Writable } from 'node:stream';
import { interruptedCode, type commands, type ValuesOf } from '@docfleet/command-line';
import { FailureError } from '@docfleet/domain';
import { createLog } from '@docfleet/telemetry';
import {
  openPipeline,
  type FinishedRun,
  type Pipeline,
  type PipelineOptions,
} from '../pipeline/open-pipeline.ts';
import { readSettings } from '../pipeline/settings.ts';
import { progressOn, type ProgressDisplay } from '../render/progress.ts';
import { csvHeader } from '../render/render-csv.ts';
import { renderResult } from '../render/render-result.ts';
import { renderTimings, seconds } from '../render/render-timings.ts';
import { write } from '../render/write.ts';
import type { Shell } from '../shell.ts';
import { readOptions, type Input, type ReadOptions } from './arguments.ts';
import { artifactFolder, prepareArtifacts, writeArtifacts } from './artifacts.ts';
import { exitCodeOf } from './exit-code.ts';
import { fileProblem } from './file-problem.ts';
import { ensureModels } from './models.ts';
import { readFiles } from './read-files.ts';
import { failedFile, resultSchema, type FileResult } from './result.ts';

/** `docfleet read`: reads files in this process, prints a result for each and gives the exit code. */
export async function readCommand(
  call: {
    readonly operands: readonly string[];
    readonly values: ValuesOf<typeof commands.docfleet.subcommands.read.options>;
  },
  shell: Shell,
): Promise<number> {
  const { folder, stdout, stderr, signal } = shell;
  const options = readOptions(call.operands, call.values, { folder, isTerminal: stdout.isTTY === true });
  const progress = progressOn(stderr);
  const say = (text: string): void => {
    progress.clear();
    stderr.write(text);
  };
  for (const name of options.repeated) say(`${name} is named twice; it is read once.\n`);
  try {
    return await readAll(options, { shell, progress, say });
  } catch (error) {
    progress.clear();
    if (!signal.aborted) throw error;
    say('Interrupted: what is printed is complete, the other files were not read.\n');
    return interruptedCode;
  }
}

interface Surroundings {
  readonly shell: Shell;
  readonly progress: ProgressDisplay;
  /** Writes to stderr beside the progress. */
  readonly say: (text: string) => void;
}

async function readAll(options: ReadOptions, { shell, progress, say }: Surroundings): Promise<number> {
  const { environment, modelsFolder, stdout, signal } = shell;
  const settings = readSettings(environment, modelsFolder);
  if (options.artifacts !== null) await prepareArtifacts(options.artifacts);
  await ensureModels({
    given: environment['MODELS_DIR'],
    folder: modelsFolder,
    signal,
    report: (line) => {
      say(`${line}\n`);
    },
  });
  const total = options.inputs.length;
  let done = 0;
  const pipeline = await open(options, shell, {
    settings,
    onEvent: ({ requestId, stage }) => {
      const { name } = options.inputs[Number(requestId)] ?? { name: '' };
      progress.show({ done, total, doing: `${name}: ${stage}` });
    },
  });
  const verdicts: Pick<FileResult, 'verdict'>[] = [];
  try {
    if (options.timings) say(`ready after ${seconds(shell.elapsedMs())} s\n`);
    progress.show({ done, total, doing: '' });
    if (options.format === 'csv') await write(stdout, csvHeader, signal);
    const readInput = (input: Input, index: number): Promise<FileResult> =>
      readOne(input, index, { options, shell, pipeline });
    for await (const result of readFiles(options.inputs, readInput)) {
      done += 1;
      verdicts.push({ verdict: result.verdict });
      progress.clear();
      await write(stdout, renderResult(result, options.format, stdout), signal);
      if (options.timings) say(renderTimings(result));
      progress.show({ done, total, doing: '' });
    }
    progress.clear();
    if (options.timings) say(`done after ${seconds(shell.elapsedMs())} s\n`);
  } finally {
    await pipeline.close();
  }
  return exitCodeOf(verdicts);
}

function open(
  { verbose }: ReadOptions,
  { temporaryFolder, stderr, signal }: Shell,
  given: Pick<PipelineOptions, 'settings' | 'onEvent'>,
): Promise<Pipeline> {
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, written) => {
      stderr.write(chunk.toString());
      written();
    },
  });
  const log = createLog({ service: 'docfleet', level: verbose ? 'info' : 'silent', destination });
  return openPipeline({ ...given, folder: temporaryFolder(), log, signal });
}

async function readOne(
  { name, path }: Input,
  index: number,
  {
    options: { route, expectations, documentClass, checks, artifacts },
    shell,
    pipeline,
  }: { readonly options: ReadOptions; readonly shell: Shell; readonly pipeline: Pipeline },
): Promise<FileResult> {
  const problem = path === null ? undefined : fileProblem(path);
  if (problem !== undefined) return failedFile(name, problem);
  const startedAtMs = shell.elapsedMs();
  try {
    return await pipeline.read(
      {
        requestId: String(index),
        open: () => (path === null ? shell.stdin : createReadStream(path)),
        fileName: path === null ? null : basename(path),
        route,
        expectations,
        documentClass,
        checks,
      },
      async (run) => {
        const result = await resultOf(name, run);
        if (artifacts !== null && run.ending.kind === 'ended')
          await writeArtifacts(artifactFolder(artifacts, index, name), run.ending.bundle.uri, run);
        return { ...result, tookMs: shell.elapsedMs() - startedAtMs };
      },
    );
  } catch (error) {
    if (error instanceof FailureError && error.code === 'DOC_TOO_LARGE') return failedFile(name, error);
    if (isOfFile(error, path))
      return failedFile(name, {
        code: 'SOURCE_NOT_FOUND',
        message: `The file cannot be read: ${error.message}.`,
      });
    throw error;
  }
}

async function resultOf(file: string, { ending, bytesOf }: FinishedRun): Promise<FileResult> {
  if (ending.kind === 'rejected') return failedFile(file, ending);
  const result = resultSchema.parse(JSON.parse((await bytesOf(ending.bundle.uri)).toString()));
  return { file, ...result, tookMs: 0 };
}

/** Whether reading the file itself failed, after it could be opened: it was removed, or its disk failed. */
function isOfFile(error: unknown, path: string | null): error is NodeJS.ErrnoException {
  if (!(error instanceof Error) || !('syscall' in error)) return false;
  return !('path' in error) || error.path === path;
}
