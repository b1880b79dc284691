import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { environment } from './endpoints.ts';

const besideTheRepository = resolve(import.meta.dirname, '../../../../shared/data');

let told = false;

/**
 * Folder of the labelled documents: what DOCFLEET_SHARED names, else `../shared/data` beside the repository. Undefined
 * when it is not there; then one line says so, and the test file skips itself with `describe.skipIf`.
 */
export function sharedData(
  folder = environment('DOCFLEET_SHARED') ?? besideTheRepository,
  tell: (line: string) => void = (line) => process.stderr.write(line),
): string | undefined {
  if (existsSync(folder)) return folder;
  if (!told)
    tell(`NOT TESTED on labelled documents: there is no ${folder} (DOCFLEET_SHARED names the folder).\n`);
  told = true;
  return undefined;
}
