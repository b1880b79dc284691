import { unionOf, type Word } from './reading.ts';

/** Single characters beside each other that are one spaced word at least; fewer are initials, or cells of a table. */
const minLetters = 4;

/** Widest gap between letters of one word, in heights of a letter, and how much wider than it the gap between words is. */
const maxGap = 1;
const wordGap = 1.7;

/** Share of letters from which a run of single characters is words; digits need a decimal mark to be one amount. */
const letterShare = 0.7;
const amount = /^[\p{Sc}+-]?\d[\d.,' ]*[.,]\d{2}\p{Sc}?$/u;

/**
 * The words of one line, with letters that are set apart for emphasis ("R e c h n u n g") joined to the words they are. Of
 * a spaced line, gaps that are clearly wider than those between its letters separate words.
 */
export function joinSpacedLetters(words: readonly Word[]): readonly Word[] {
  const joined: Word[] = [];
  let run: Word[] = [];
  const endRun = (): void => {
    joined.push(...wordsOfRun(run));
    run = [];
  };
  for (const word of words) {
    if (Array.from(word.text).length !== 1) {
      endRun();
      joined.push(word);
    } else run.push(word);
  }
  endRun();
  return joined;
}

function wordsOfRun(run: readonly Word[]): readonly Word[] {
  if (run.length < minLetters) return run;
  const gaps = run.slice(1).map((word, index) => word.box[0] - (run[index]?.box[2] ?? 0));
  const usual = middleOf(gaps);
  if (usual > maxGap * middleOf(run.map(({ box }) => box[3] - box[1]))) return run;
  const groups: Word[][] = [];
  run.forEach((word, index) => {
    const gap = gaps[index - 1] ?? Infinity;
    if (gap > Math.max(1, usual) * wordGap) groups.push([word]);
    else groups.at(-1)?.push(word);
  });
  return groups.flatMap((group) => (isOneWord(group) ? [joinedWord(group)] : group));
}

function isOneWord(group: readonly Word[]): boolean {
  if (group.length < 2) return false;
  const letters = group.filter(({ text }) => /\p{L}/u.test(text)).length;
  return letters / group.length >= letterShare || amount.test(group.map(({ text }) => text).join(''));
}

function joinedWord(group: readonly Word[]): Word {
  return {
    text: group.map(({ text }) => text).join(''),
    box: unionOf(group.map(({ box }) => box)) ?? [0, 0, 0, 0],
    confidence: group.reduce((sum, { confidence }) => sum + confidence, 0) / group.length,
  };
}

function middleOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
