import { around, sheetSize, type PlacedWord } from './sheet.ts';

/** A line of words as OCR writes them. */
interface ReadLine {
  readonly text: string;
  readonly box: readonly [number, number, number, number];
  readonly confidence: number;
  readonly words: readonly {
    readonly text: string;
    readonly box: PlacedWord['box'];
    readonly confidence: number;
  }[];
}

/** A page in the form of `PageReading`: what the text layer of the drawn document gives. */
export interface GeneratedReading {
  readonly page: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly engine: 'text-layer';
  readonly engineVersion: 'generated';
  readonly lines: readonly ReadLine[];
}

export function readingOf(words: readonly PlacedWord[], page: number): GeneratedReading {
  return { page, ...sheetSize, engine: 'text-layer', engineVersion: 'generated', lines: linesIn(words) };
}

/** Words whose middles are at one height, split at wide gaps. */
function linesIn(words: readonly PlacedWord[]): readonly ReadLine[] {
  const middle = ({ box }: PlacedWord): number => (box[1] + box[3]) / 2;
  const height = ({ box }: PlacedWord): number => box[3] - box[1];
  const rows: PlacedWord[][] = [];
  for (const word of [...words].sort((a, b) => middle(a) - middle(b))) {
    const [first] = rows.at(-1) ?? [];
    const fits =
      first !== undefined && middle(word) - middle(first) < 0.45 * Math.min(height(word), height(first));
    if (fits) rows.at(-1)?.push(word);
    else rows.push([word]);
  }
  return rows.flatMap((row) => {
    const lines: PlacedWord[][] = [];
    for (const word of row.sort((a, b) => a.box[0] - b.box[0])) {
      const before = lines.at(-1)?.at(-1);
      if (before !== undefined && word.box[0] - before.box[2] < 1.6 * height(before))
        lines.at(-1)?.push(word);
      else lines.push([word]);
    }
    return lines.map((line): ReadLine => ({
      text: line.map(({ text }) => text).join(' '),
      box: around(line.map(({ box }) => box)),
      confidence: 1,
      words: line.map(({ text, box }) => ({ text, box, confidence: 1 })),
    }));
  });
}
