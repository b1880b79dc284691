import {
  unionOf,
  type Box,
  type Line,
  type PageReading,
  type PreparedPage,
  type Word,
} from '@docfleet/domain';
import type { ReadPage } from './page-reader.ts';
import { inReadingOrder } from './reading-order.ts';

/** Share of a word that may lie under words of the text layer for it to be another word. */
const maxShared = 0.3;

/**
 * The reading of a prepared page: the words of its trusted text layer, with those that an engine sees where the layer has
 * none (a picture with words, characters that a font does not name); without a layer, what the engine sees. It carries
 * what could not be read at all.
 */
export async function readPrepared(
  page: PreparedPage,
  read: (page: PreparedPage) => Promise<ReadPage>,
): Promise<ReadPage> {
  const layer = page.textLayer === 'trusted' ? page.reading : null;
  const seen = layer === null || page.lacksWords === true ? await read(page) : undefined;
  const reading = completed(layer, seen?.reading);
  const unread = page.unread ?? [];
  return {
    reading: unread.length === 0 ? reading : { ...reading, unread },
    fromCache: seen?.fromCache ?? false,
  };
}

function completed(layer: PageReading | null, seen: PageReading | undefined): PageReading {
  if (layer === null || seen === undefined) {
    const only = layer ?? seen;
    if (only === undefined) throw new Error('A page without a text layer was not read.');
    return only;
  }
  const own = layer.lines.flatMap(({ words }) => words);
  const added = seen.lines.flatMap((line) => piecesBeside(line, own));
  if (added.length === 0) return layer;
  return {
    ...layer,
    engineVersion: `${layer.engineVersion} ${seen.engineVersion}`,
    lines: inReadingOrder([...layer.lines, ...added].map((line) => ({ line, slope: 0 }))),
  };
}

/** The words of a line that lie under none of the others; those that follow each other are one piece. */
function piecesBeside(line: Line, others: readonly Word[]): readonly Line[] {
  const pieces: Word[][] = [];
  let isOpen = false;
  for (const word of line.words) {
    const isNew = others.reduce((sum, other) => sum + sharedArea(word, other), 0) <= maxShared;
    if (isNew && isOpen) pieces.at(-1)?.push(word);
    else if (isNew) pieces.push([word]);
    isOpen = isNew;
  }
  return pieces.map((words) => ({
    text: words.map(({ text }) => text).join(' '),
    box: unionOf(words.map(({ box }) => box)) ?? line.box,
    confidence: words.reduce((sum, { confidence }) => sum + confidence, 0) / words.length,
    words,
  }));
}

/** Share of a word's area that is under another one. */
function sharedArea({ box }: Word, other: Word): number {
  const across = Math.min(box[2], other.box[2]) - Math.max(box[0], other.box[0]);
  const down = Math.min(box[3], other.box[3]) - Math.max(box[1], other.box[1]);
  return across > 0 && down > 0 ? (across * down) / Math.max(1, areaOf(box)) : 0;
}

const areaOf = (box: Box): number => (box[2] - box[0]) * (box[3] - box[1]);
