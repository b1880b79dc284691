import { readFile } from 'node:fs/promises';
import type { Edit, Sabotage } from './sabotage.ts';

/** Replaces texts; throws when one is not in the source exactly once. */
export function applyEdits(source: string, edits: readonly Edit[]): string {
  return edits.reduce((text, { file, find, replace }) => {
    const found = text.split(find).length - 1;
    if (found !== 1)
      throw new Error(`${file} must contain this text once, but has it ${String(found)} times: ${find}`);
    return text.replace(find, () => replace);
  }, source);
}

/** Checks that every text to replace exists: a sabotage that changes nothing proves nothing. */
export async function checkEdits({ edits }: Sabotage): Promise<void> {
  const files = Map.groupBy(edits, ({ file }) => file);
  for (const [file, own] of files) {
    const path = new URL(`../../../../${file}`, import.meta.url);
    applyEdits(await readFile(path, 'utf8'), own);
  }
}
