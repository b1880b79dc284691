import type { Box, Line, PageReading, PreparedPage } from '@docfleet/domain';
import type { ReadPage } from './page-reader.ts';
import { inReadingOrder } from './reading-order.ts';

/** Share of a line that may lie under a line of the text layer for it to be another line. */
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
  const added = seen.lines.filter((line) => layer.lines.every((own) => sharedArea(line, own) <= maxShared));
  if (added.length === 0) return layer;
  return {
    ...layer,
    engineVersion: `${layer.engineVersion} ${seen.engineVersion}`,
    lines: inReadingOrder([...layer.lines, ...added].map((line) => ({ line, slope: 0 }))),
  };
}

/** Share of a line's area that is under another one. */
function sharedArea({ box }: Line, other: Line): number {
  const across = Math.min(box[2], other.box[2]) - Math.max(box[0], other.box[0]);
  const down = Math.min(box[3], other.box[3]) - Math.max(box[1], other.box[1]);
  return across > 0 && down > 0 ? (across * down) / Math.max(1, areaOf(box)) : 0;
}

const areaOf = (box: Box): number => (box[2] - box[0]) * (box[3] - box[1]);
