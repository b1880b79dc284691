import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandOf, commands, runCommand } from '@docfleet/command-line';
import { countInterrupts } from '@docfleet/stack/interrupts';
import { isProgram, programs } from './programs.ts';
import type { Shell } from './shell.ts';

const interrupts = countInterrupts(Date.now, () => {
  process.exit(137);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupts.interrupt);
/** The first error of the output. `EPIPE`: whoever reads the results has gone, as `head` does when it has enough. */
let outputError: NodeJS.ErrnoException | null | undefined;
process.stdout.on('error', (error) => {
  outputError ??= error;
  interrupts.interrupt();
});

const shell: Shell = {
  environment: process.env,
  folder: process.env['DOCFLEET_CALLED_FROM'] ?? process.cwd(),
  homeFolder: homedir(),
  endpointsFile: join(import.meta.dirname, '../../../.docfleet/endpoints.json'),
  modelsFolder: join(import.meta.dirname, '../../../.docfleet/models'),
  temporaryFolder: () => {
    const made = mkdtempSync(join(tmpdir(), 'docfleet-'));
    // However the process ends, short of being killed.
    process.once('exit', () => {
      rmSync(made, { recursive: true, force: true });
    });
    return made;
  },
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  elapsedMs: () => performance.now(),
  signal: interrupts.signal,
};

const { command, argv, subcommand = '' } = commandOf(commands.docfleet, process.argv.slice(2));
const code = isProgram(subcommand)
  ? await programs[subcommand](argv, shell)
  : await runCommand(command, argv, () => 0);
// Ends once everything is written: what child processes left open must not hold the command up.
process.stdout.write('', (error) => {
  outputError ??= error;
  const lost = outputError?.code === 'EPIPE' ? undefined : outputError?.message;
  if (lost !== undefined) process.stderr.write(`The output cannot be written: ${lost}\n`);
  process.exit(lost === undefined ? code : 1);
});
