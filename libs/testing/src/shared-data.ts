import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { environment } from './endpoints.ts';

const besideTheRepository = resolve(import.meta.dirname, '../../../../shared/data');

/**
 * Folder of the labelled documents: what DOCFLEET_SHARED names, else `../shared/data` beside the repository. Undefined
 * when it is not there; then a line says that `what` is skipped and why, and the test file skips it with
 * `describe.skipIf`.
 */
export function sharedData(
  what: string,
  folder = environment('DOCFLEET_SHARED') ?? besideTheRepository,
  write: (line: string) => void = (line) => process.stderr.write(line),
): string | undefined {
  if (existsSync(folder)) return folder;
  write(`SKIPPED: ${what}, because there is no folder ${folder} (DOCFLEET_SHARED names another one).\n`);
  return undefined;
}
