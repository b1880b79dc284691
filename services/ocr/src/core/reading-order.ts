import { unionOf, type Line } from '@docfleet/domain';

/** Pieces of a row that are closer than this form one line; others are columns. In line heights. */
const joinGap = 1;

/** Slope of lines, as rise over width, from which a page counts as slanted: 1 degree. */
const slanted = 0.0175;

/** Pieces that are this many times as wide as high have a slope of their own; shorter ones take it from their neighbours. */
const longShape = 3;

/** A piece that was recognised, with the direction in which its text runs. */
export interface PlacedPiece {
  readonly line: Line;
  /** How far the text falls per pixel to the right; 0 for level text. */
  readonly slope: number;
}

/**
 * Puts recognised pieces in reading order: rows from the top, pieces of a row from the left. Pieces that are close are
 * joined to one line. On a photograph whose lines are slanted, or curved, a row follows the direction of its pieces.
 */
export function inReadingOrder(pieces: readonly PlacedPiece[]): readonly Line[] {
  const long = pieces.filter(isLong).map(({ slope }) => Math.abs(slope));
  const usual = middleValue(long);
  const rows = usual >= slanted ? slantedRows(pieces) : levelRows(pieces.map(({ line }) => line));
  return rows.flatMap((row) => joined(row.toSorted((a, b) => a.box[0] - b.box[0])));
}

/** A piece belongs to a row when their vertical centres are less than half a line apart. */
function levelRows(pieces: readonly Line[]): readonly (readonly Line[])[] {
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
  return rows.map((row) => row.pieces);
}

/** A piece with the heights of its middle at its ends. */
interface SlantedPiece {
  readonly line: Line;
  readonly slope: number;
  readonly leftY: number;
  readonly rightY: number;
  readonly height: number;
}

/**
 * A piece continues the row whose last piece, prolonged in the direction of both, meets it. Rows are ordered by where they
 * cross the middle of the text.
 */
function slantedRows(pieces: readonly PlacedPiece[]): readonly (readonly Line[])[] {
  const slopes = localSlopes(pieces);
  const placed = pieces.map(({ line }, index): SlantedPiece => {
    const slope = slopes[index] ?? 0;
    const half = (slope * widthOf(line)) / 2;
    const height = Math.max(1, heightOf(line) - Math.abs(slope) * widthOf(line));
    return { line, slope, height, leftY: middleOf(line) - half, rightY: middleOf(line) + half };
  });
  const rows: SlantedPiece[][] = [];
  for (const piece of placed.toSorted((a, b) => a.line.box[0] - b.line.box[0])) {
    const [nearest] = rows
      .map((row) => ({ row, distance: distanceTo(row.at(-1), piece) }))
      .filter(({ distance }) => distance < 0.5)
      .toSorted((a, b) => a.distance - b.distance);
    if (nearest === undefined) rows.push([piece]);
    else nearest.row.push(piece);
  }
  const centre = middleValue(pieces.map(({ line }) => (line.box[0] + line.box[2]) / 2));
  const crossing = (row: readonly SlantedPiece[]): number =>
    row.reduce((sum, { line, slope, leftY }) => sum + leftY + slope * (centre - line.box[0]), 0) / row.length;
  return rows.toSorted((a, b) => crossing(a) - crossing(b)).map((row) => row.map(({ line }) => line));
}

/** How far a piece is above or below the continuation of another one, in heights of the lower of both. */
function distanceTo(last: SlantedPiece | undefined, piece: SlantedPiece): number {
  if (last === undefined) return Infinity;
  const gap = piece.line.box[0] - last.line.box[2];
  const height = Math.min(last.height, piece.height);
  if (gap < -height) return Infinity;
  return Math.abs(last.rightY + ((last.slope + piece.slope) / 2) * gap - piece.leftY) / height;
}

/** The slope of each piece: its own where it is long, else that of the long piece nearest to it. */
function localSlopes(pieces: readonly PlacedPiece[]): readonly number[] {
  const long = pieces.filter(isLong);
  return pieces.map((piece) => {
    if (isLong(piece)) return piece.slope;
    const nearest = long.reduce<PlacedPiece | undefined>(
      (best, other) =>
        best === undefined || apart(piece.line, other.line) < apart(piece.line, best.line) ? other : best,
      undefined,
    );
    return nearest?.slope ?? piece.slope;
  });
}

function apart(a: Line, b: Line): number {
  return Math.abs(middleOf(a) - middleOf(b)) + Math.abs(a.box[0] + a.box[2] - b.box[0] - b.box[2]) / 8;
}

function isLong({ line, slope }: PlacedPiece): boolean {
  return widthOf(line) >= longShape * (heightOf(line) - Math.abs(slope) * widthOf(line));
}

function middleValue(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
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

function widthOf({ box }: Line): number {
  return box[2] - box[0];
}
