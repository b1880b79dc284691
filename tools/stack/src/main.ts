import { resolve } from 'node:path';
import { isatty } from 'node:tty';
import { commands, interruptedCode, runCommand, UsageError } from '@docfleet/command-line';
import { startArgumentsOf } from './arguments.ts';
import type { Context } from './commands/context.ts';
import { preflight } from './commands/preflight.ts';
import { start } from './commands/start.ts';
import { stop } from './commands/stop.ts';
import { supervise, type SupervisorMessage } from './commands/supervise.ts';
import { test, testBrowser, testUnits } from './commands/test.ts';
import { countInterrupts } from './interrupts.ts';
import { explain } from './problem.ts';
import { reportTo, showProgress, type ProgressEvent } from './progress.ts';

const [name = '', ...argv] = process.argv.slice(2);
const interrupts = countInterrupts(
  () => performance.now(),
  () => {
    process.stderr.write(
      '\nInterrupted twice: everything was ended at once. npm stop ends what may be left.\n',
    );
    process.exit(137);
  },
);
const shown = showProgress(process.stdout);
const lastLines: string[] = [];

/** A background process reports to the one that started it, and to its log once that one has left. */
const sendToStarter = (message: SupervisorMessage): void => {
  if (process.connected) process.send?.(message);
};
const inBackground = name === 'supervise';
const show = (event: ProgressEvent): void => {
  if (inBackground) sendToStarter({ kind: 'progress', event });
  if (!inBackground || !process.connected) shown.sink(event);
};

const context: Context = {
  root: process.env['DOCFLEET_ROOT'] ?? resolve(import.meta.dirname, '../../..'),
  calledFrom: process.env['DOCFLEET_CALLED_FROM'] ?? process.cwd(),
  environment: process.env,
  isRoot: process.getuid?.() === 0,
  hasTerminal: isatty(0),
  progress: reportTo(show),
  show,
  print: (text) => process.stdout.write(text),
  atEnd: (line) => lastLines.push(line),
  interrupted: interrupts.signal,
  onKill: interrupts.onSecond,
};

function execute(): Promise<number> {
  switch (name) {
    case 'start':
      return runCommand(commands.start, argv, ({ operands, values }) => {
        const given = startArgumentsOf(operands, values);
        return reported(() => start(context, given));
      });
    case 'stop':
      return runCommand(commands.stop, argv, () => reported(() => stop(context)));
    case 'test':
      return runCommand(commands.test, argv, () => reported(() => test(context, argv)));
    case 'browser':
      return runCommand(commands.browser, argv, () => reported(() => testBrowser(context, argv)));
    case 'unit':
      return runCommand(commands.unit, argv, () => reported(() => testUnits(context, argv)));
    case 'preflight':
      return reported(() => preflight(context));
    case 'supervise':
      return supervise(context, { serversOnly: argv.includes('--servers-only'), send: sendToStarter });
    default:
      throw new Error(`Unknown command ${name}: this program is started by tools/stack/launch.mjs.`);
  }
}

/** Runs the command; a failure or an interruption is reported and becomes an exit code. */
async function reported(action: () => Promise<number>): Promise<number> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    shown.close();
    const isInterrupted = interrupts.signal.aborted;
    process.stderr.write(
      `\n${isInterrupted ? 'Interrupted; everything that was started has ended.' : explain(error)}\n`,
    );
    return isInterrupted ? interruptedCode : 1;
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupts.interrupt);
// The launcher's end closes the channel; the background process outlives the one that started it.
if (!inBackground) process.on('disconnect', interrupts.interrupt);

if (!inBackground)
  interrupts.signal.addEventListener('abort', () => {
    context.progress.note('Interrupted: ending what was started. Ctrl-C once more ends it at once.');
  });

const code = await execute();
shown.close();
for (const line of lastLines) process.stdout.write(`${line}\n`);
process.exit(code);
