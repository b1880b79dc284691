import type { Edit } from './sabotages.ts';

/** Replaces lines; throws for one that does not stand there exactly once. */
export function applyEdits(source: string, edits: readonly Edit[]): string {
  return edits.reduce((text, { file, find, replace }) => {
    const found = text.split(find).length - 1;
    if (found !== 1) throw new Error(`${file} has ${String(found)} times: ${find}`);
    return text.replace(find, () => replace);
  }, source);
}
