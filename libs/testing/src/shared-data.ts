import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { environment } from './endpoints.ts';

const besideTheRepository = resolve(import.meta.dirname, '../../../../shared/data');

let reported = false;

/**
 * Folder of the labelled documents: DOCFLEET_SHARED, default `../shared/data` beside the repository. Undefined, with one
 * line of output, when it does not exist; the test file then skips itself with `describe.skipIf`.
 */
export function sharedData(
  folder = environment('DOCFLEET_SHARED') ?? besideTheRepository,
  write: (line: string) => void = (line) => process.stderr.write(line),
): string | undefined {
  if (existsSync(folder)) return folder;
  if (!reported)
    write(
      `NOT TESTED on labelled documents: ${folder} does not exist. Set DOCFLEET_SHARED to their folder.\n`,
    );
  reported = true;
  return undefined;
}
