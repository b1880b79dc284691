import { resolve } from 'node:path';
import { help, parseArguments, type Arguments } from './arguments.ts';
import type { Context } from './commands/context.ts';
import { start } from './commands/start.ts';
import { stop } from './commands/stop.ts';
import { supervise, type SupervisorMessage } from './commands/supervise.ts';
import { test, testUnits } from './commands/test.ts';
import { countInterrupts } from './interrupts.ts';
import { Problem, sentenceOf } from './problem.ts';
import { reportTo, showProgress, type ProgressEvent } from './progress.ts';

const interrupts = countInterrupts(
  () => performance.now(),
  () => process.exit(137),
);
const shown = showProgress(process.stdout);
const lastLines: string[] = [];

/** A background process reports to the one that started it, and to its log once that one has left. */
const tell = (message: SupervisorMessage): void => {
  if (process.connected) process.send?.(message);
};
const inBackground = process.argv[2] === 'supervise';
const show = (event: ProgressEvent): void => {
  if (inBackground) tell({ kind: 'progress', event });
  if (!inBackground || !process.connected) shown.sink(event);
};

const context: Context = {
  root: process.env['DOCFLEET_ROOT'] ?? resolve(import.meta.dirname, '../../..'),
  calledFrom: process.env['DOCFLEET_CALLED_FROM'] ?? process.cwd(),
  environment: process.env,
  isRoot: process.getuid?.() === 0,
  progress: reportTo(show),
  show,
  print: (text) => process.stdout.write(text),
  atEnd: (line) => lastLines.push(line),
  interrupted: interrupts.signal,
  onKill: interrupts.onSecond,
};

function execute(given: Arguments): Promise<number> | number {
  switch (given.kind) {
    case 'start':
      return start(context, given);
    case 'stop':
      return stop(context);
    case 'supervise':
      return supervise(context, { ...given, tell });
    case 'test':
      return test(context, given.vitest);
    case 'unit':
      return testUnits(context, given.vitest);
    case 'help':
      context.print(help);
      return 0;
  }
}

/** A problem speaks for itself; of anything else the place matters. */
function explain(error: unknown): string {
  if (error instanceof Problem || !(error instanceof Error)) return sentenceOf(error);
  return error.stack ?? error.message;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupts.interrupt);
// The launcher's end closes the channel; the background process outlives the one that started it.
if (!inBackground) process.on('disconnect', interrupts.interrupt);

let code: number;
try {
  code = await execute(parseArguments(process.argv.slice(2)));
} catch (error) {
  shown.close();
  code = interrupts.signal.aborted ? 130 : 1;
  process.stderr.write(`\n${interrupts.signal.aborted ? 'Interrupted.' : explain(error)}\n`);
}
shown.close();
for (const line of lastLines) process.stdout.write(`${line}\n`);
process.exit(code);
