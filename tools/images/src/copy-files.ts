import { copyFileSync, lstatSync, mkdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Copies files, which are relative to `from`, to the same places below `to`; links as links. */
export function copyFiles(from: string, to: string, files: readonly string[]): void {
  for (const file of files) {
    const [source, target] = [join(from, file), join(to, file)];
    const stat = lstatSync(source);
    mkdirSync(dirname(target), { recursive: true });
    if (stat.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (stat.isFile()) copyFileSync(source, target);
  }
}
