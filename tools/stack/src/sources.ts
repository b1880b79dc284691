import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson, writeJson } from './json-file.ts';
import type { Layout } from './layout.ts';

/** What decides how a running fleet behaves: its code, what the code is generated from, and its packages. */
const roots = ['libs', 'services', 'schemas', 'package-lock.json'];

/** Folders and files that no running service reads. */
const ignored = /^(node_modules|dist|out-tsc|coverage|test|README\.md|.*\.test\.ts)$/;

/** SHA-256 over names and contents of the sources that a fleet runs from, in hexadecimal. */
export function digestSources(root: string): string {
  return digestFiles(root, roots);
}

/** The same over other files and folders, less what no program is made from, such as tests. */
export function digestFiles(root: string, paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths.flatMap((each) => filesBelow(root, each)))
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  return hash.digest('hex');
}

function filesBelow(root: string, path: string): readonly string[] {
  try {
    return readdirSync(join(root, path), { withFileTypes: true })
      .filter(({ name }) => !ignored.test(name))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) =>
        entry.isDirectory() ? filesBelow(root, join(path, entry.name)) : [join(path, entry.name)],
      );
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return [path];
    throw error;
  }
}

/** What a fleet was started from (`started.json`), so that a later command notices newer sources. */
const startedSchema = z.object({ sources: z.string(), at: z.iso.datetime() });

export function writeStarted(layout: Layout, sources: string, at: Date): void {
  writeJson(layout.startedFile, { sources, at: at.toISOString() });
}

/**
 * A warning when the fleet that runs here was started from other sources than those that are here now; undefined when
 * it runs these.
 */
export function warnOfOtherSources(layout: Layout): string | undefined {
  const started = readJson(layout.startedFile, startedSchema);
  if (started?.sources === digestSources(layout.root)) return undefined;
  const when = started === undefined ? '' : ` at ${started.at}`;
  return `Warning: the fleet that runs here was started${when} from other sources than those that are here now, so its results are those of the older code. To run the new code: npm stop, then npm start -- --keep`;
}
