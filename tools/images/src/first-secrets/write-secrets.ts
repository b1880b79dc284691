import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { secretFiles, secretsSchema } from './secrets.ts';

/** Where the values are kept, for its owner alone; everything else in the folder is made from it. */
const valuesFile = 'secrets.json';

/**
 * Makes the secrets of an installation in `folder`, or completes those that are there, and writes each service's own
 * files. Values that are there stay.
 *
 * @returns how many files there are
 */
export function writeSecrets(folder: string): number {
  const values = join(folder, valuesFile);
  const secrets = secretsSchema.parse(existsSync(values) ? JSON.parse(readFileSync(values, 'utf8')) : {});
  mkdirSync(folder, { recursive: true });
  writeFileSync(values, JSON.stringify(secrets), { mode: 0o600 });
  const files = Object.entries(secretFiles(secrets));
  for (const [path, content] of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    // Servers run as users of their own; a container sees the folder of its service alone.
    writeFileSync(`${file}.new`, content);
    chmodSync(`${file}.new`, 0o444);
    // A file that nobody may write is replaced.
    renameSync(`${file}.new`, file);
  }
  return files.length;
}
