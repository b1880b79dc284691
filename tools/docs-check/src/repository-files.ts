import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Root of the repository. */
export const root = join(import.meta.dirname, '../../..');

/** Folders of what is installed or built, at any depth. */
const outside = new Set(['node_modules', 'dist', 'out-tsc', 'coverage', '.docfleet', '.nx', '.git']);

/** Paths below the repository's root that match a pattern, sorted, without what is installed or built. */
export function filesOf(pattern: string): string[] {
  return globSync(pattern, { cwd: root, exclude: (name) => outside.has(name) }).sort();
}

/** @throws Error when there is no such file */
export function readFile(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
