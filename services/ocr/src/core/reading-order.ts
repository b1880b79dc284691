import { unionOf, type Line } from '@docfleet/domain';

/** Pieces of a row that are closer than this form one line; others are columns. In line heights. */
const joinGap = 1;

/**
 * Puts recognised pieces in reading order: rows from the top, pieces of a row from the left. A piece belongs to a row when
 * their vertical centres are less than half a line apart. Pieces that are close are joined to one line.
 */
export function inReadingOrder(pieces: readonly Line[]): readonly Line[] {
  const rows: { middle: number; height: number; pieces: Line[] }[] = [];
  for (const piece of pieces.toSorted((a, b) => middleOf(a) - middleOf(b))) {
    const row = rows.at(-1);
    const height = heightOf(piece);
    if (row !== undefined && middleOf(piece) - row.middle < 0.5 * Math.min(height, row.height)) {
      row.pieces.push(piece);
      row.middle += (middleOf(piece) - row.middle) / row.pieces.length;
    } else {
      rows.push({ middle: middleOf(piece), height, pieces: [piece] });
    }
  }
  return rows.flatMap((row) => joined(row.pieces.toSorted((a, b) => a.box[0] - b.box[0])));
}

function joined(row: readonly Line[]): readonly Line[] {
  const lines: Line[] = [];
  for (const piece of row) {
    const last = lines.at(-1);
    const gap = last === undefined ? Infinity : piece.box[0] - last.box[2];
    if (last !== undefined && gap < joinGap * Math.min(heightOf(last), heightOf(piece))) {
      lines[lines.length - 1] = concatenated(last, piece);
    } else {
      lines.push(piece);
    }
  }
  return lines;
}

function concatenated(a: Line, b: Line): Line {
  const words = [...a.words, ...b.words];
  return {
    text: words.map(({ text }) => text).join(' '),
    box: unionOf([a.box, b.box]) ?? a.box,
    confidence: (a.confidence * a.words.length + b.confidence * b.words.length) / Math.max(1, words.length),
    words,
  };
}

function middleOf({ box }: Line): number {
  return (box[1] + box[3]) / 2;
}

function heightOf({ box }: Line): number {
  return box[3] - box[1];
}
