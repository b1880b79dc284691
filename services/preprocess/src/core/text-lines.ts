import {
  cleanText,
  joinSpacedLetters,
  spellLigatures,
  unionOf,
  type Box,
  type Line,
  type Word,
} from '@docfleet/domain';
import { isGlyph, type Glyph, type GlyphRun } from './glyph.ts';

/** Gaps that end a word and a line, in letter heights; a wider gap separates columns. */
const wordGap = 0.6;
const lineGap = 1.5;

/** Share of the smaller height that two words of one row must overlap by. */
const rowOverlap = 0.5;

/**
 * Lines of words from a page's text layer, in reading order: rows from top to bottom, left to right, split at columns like
 * the lines of a text detector. Confidence is 1, because nothing was recognised.
 */
export function linesOf(run: GlyphRun): Line[] {
  const rows = rowsOf(wordsOf(run));
  return rows
    .flatMap(cutRow)
    .map(joinSpacedLetters)
    .map((words) => ({
      text: words.map((word) => word.text).join(' '),
      box: boxOf(words),
      confidence: 1,
      words,
    }));
}

const heightOf = (box: Box): number => box[3] - box[1];

const boxOf = (parts: readonly { readonly box: Box }[]): Box =>
  unionOf(parts.map((part) => part.box)) ?? [0, 0, 0, 0];

function wordsOf(run: GlyphRun): Word[] {
  const words: Word[] = [];
  let current: Glyph[] = [];
  const endWord = (): void => {
    if (current.length > 0) words.push(toWord(current));
    current = [];
  };
  for (const item of run) {
    if (!isGlyph(item)) {
      endWord();
      continue;
    }
    const last = current.at(-1);
    if (last !== undefined && !continues(last.box, item.box)) endWord();
    current.push(item);
  }
  endWord();
  return words;
}

function continues(last: Box, next: Box): boolean {
  const height = Math.max(heightOf(last), heightOf(next), 1);
  const gap = next[0] - last[2];
  const overlap = Math.min(last[3], next[3]) - Math.max(last[1], next[1]);
  // Full stops and hyphens do not overlap with their neighbours but are within the line's height.
  return gap <= height * wordGap && gap >= -height && overlap >= -height;
}

/** Characters that no store keeps are replaced here, not in the glyphs: two of these may be one pair of surrogates. */
function toWord(glyphs: readonly Glyph[]): Word {
  const [left, top, right, bottom] = boxOf(glyphs);
  const text = glyphs.map((glyph) => glyph.text).join('');
  return {
    text: spellLigatures(cleanText(text).normalize('NFC')),
    box: [Math.round(left), Math.round(top), Math.round(right), Math.round(bottom)],
    confidence: 1,
  };
}

interface Row {
  top: number;
  bottom: number;
  readonly words: Word[];
}

function rowsOf(words: readonly Word[]): Row[] {
  const rows: Row[] = [];
  // Tall words first: they define the height of a row, which full stops and hyphens then fall into.
  const order = [...words].sort((a, b) => heightOf(b.box) - heightOf(a.box) || a.box[1] - b.box[1]);
  for (const word of order) {
    const row = rows.find((candidate) => belongsTo(candidate, word.box));
    if (row === undefined) rows.push({ top: word.box[1], bottom: word.box[3], words: [word] });
    else row.words.push(word);
  }
  for (const row of rows) row.words.sort((a, b) => a.box[0] - b.box[0]);
  return rows.sort((a, b) => a.top + a.bottom - (b.top + b.bottom));
}

function belongsTo(row: Row, box: Box): boolean {
  const overlap = Math.min(row.bottom, box[3]) - Math.max(row.top, box[1]);
  const smaller = Math.max(1, Math.min(row.bottom - row.top, heightOf(box)));
  // A tall headline beside a paragraph forms no row with one of its lines.
  return overlap >= smaller * rowOverlap && (row.bottom - row.top <= heightOf(box) * 3 || heightOf(box) < 8);
}

function cutRow(row: Row): Word[][] {
  const parts: Word[][] = [];
  const gap = (row.bottom - row.top) * lineGap;
  let right = -Infinity;
  for (const word of row.words) {
    const part = parts.at(-1);
    if (part === undefined || word.box[0] - right > gap) parts.push([word]);
    else part.push(word);
    right = Math.max(right, word.box[2]);
  }
  return parts;
}

export type QuarterTurn = 0 | 90 | 180 | 270;

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/u;

/**
 * The clockwise rotation that makes the text layer upright, from the direction in which its letters follow each other.
 * Right-to-left scripts are left out, because their direction does not show an upside-down page.
 */
export function turnOfText(run: GlyphRun): QuarterTurn {
  const votes = { right: 0, down: 0, left: 0, up: 0 };
  let last: Glyph | undefined;
  for (const item of run) {
    if (!isGlyph(item)) {
      last = undefined;
      continue;
    }
    if (last !== undefined && !rightToLeft.test(item.text)) votes[directionOf(last.box, item.box)] += 1;
    last = item;
  }
  const most = Math.max(votes.right, votes.down, votes.left, votes.up);
  if (most === votes.right) return 0;
  if (most === votes.down) return 270;
  return most === votes.up ? 90 : 180;
}

function directionOf(from: Box, to: Box): 'right' | 'down' | 'left' | 'up' {
  const x = to[0] + to[2] - from[0] - from[2];
  const y = to[1] + to[3] - from[1] - from[3];
  if (Math.abs(x) >= Math.abs(y)) return x >= 0 ? 'right' : 'left';
  return y >= 0 ? 'down' : 'up';
}

/** The glyphs at their positions after a clockwise rotation of the page; `size` is the size before it. */
export function turnGlyphs(
  run: GlyphRun,
  turn: QuarterTurn,
  size: { readonly widthPx: number; readonly heightPx: number },
): GlyphRun {
  if (turn === 0) return run;
  return run.map((item) => (isGlyph(item) ? { ...item, box: turnBox(item.box, turn, size) } : item));
}

function turnBox(
  [left, top, right, bottom]: Box,
  turn: QuarterTurn,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): Box {
  switch (turn) {
    case 0:
      return [left, top, right, bottom];
    case 90:
      return [heightPx - bottom, left, heightPx - top, right];
    case 180:
      return [widthPx - right, heightPx - bottom, widthPx - left, heightPx - top];
    case 270:
      return [top, widthPx - right, bottom, widthPx - left];
  }
}
