import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ServerCommand } from './native-server.ts';

/**
 * Starts a process that leads its own group, so that Ctrl-C in a terminal does not reach it and its end can take
 * everything it started along. Its output is appended to the log file.
 */
export function spawnServer(command: ServerCommand, logFile: string): ChildProcess {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a');
  try {
    return spawn(command.file, command.arguments, {
      cwd: command.folder,
      detached: true,
      stdio: ['ignore', log, log],
      ...(command.environment && { env: command.environment }),
      ...command.user,
    });
  } finally {
    closeSync(log);
  }
}
