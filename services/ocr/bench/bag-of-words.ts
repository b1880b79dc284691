/** Right, superfluous and missing words. */
export interface Counts {
  hit: number;
  extra: number;
  missed: number;
}

/** Compares two texts as multisets of upper-case words. */
export function bagOf(read: readonly string[], expected: readonly string[]): Counts {
  const rest = new Map<string, number>();
  const wanted = wordsIn(expected);
  for (const word of wanted) rest.set(word, (rest.get(word) ?? 0) + 1);
  const got = wordsIn(read);
  let hit = 0;
  for (const word of got) {
    const left = rest.get(word) ?? 0;
    if (left === 0) continue;
    rest.set(word, left - 1);
    hit += 1;
  }
  return { hit, extra: got.length - hit, missed: wanted.length - hit };
}

/** F1, 0 to 100. */
export function f1({ hit, extra, missed }: Counts): number {
  return (200 * hit) / Math.max(1, 2 * hit + extra + missed);
}

function wordsIn(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.toUpperCase().split(/\s+/)).filter((word) => word !== '');
}
