import type { DocumentClass, LayoutFeature } from '@docfleet/contracts';
import {
  findMoney,
  findPhrase,
  foldPhrase,
  hasPhrase,
  plainText,
  printedPageNumber,
  searchText,
  type Box,
  type PageNumber,
  type PageReading,
  type SearchText,
} from '@docfleet/domain';
import { isCarriedSum, pageMarks, type PageMarks } from '@docfleet/field-extraction';

/** Evidence of one page about its class and its position in a document. */
export interface PageEvidence {
  readonly page: number;
  /** The part of the page that it is of; null: all of it. */
  readonly region: Box | null;
  readonly wordCount: number;
  /** Similarity of each cue of each class that was found: class name -> cue phrase -> 0 to 1. */
  readonly cues: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly layout: Readonly<Record<LayoutFeature, number>>;
  /** Names of classes whose opening phrases are in the upper part of the page. */
  readonly opens: ReadonlySet<string>;
  readonly numbering: PageNumber | undefined;
  /** Whether the page says that it goes on from the one before, such as by a sum carried forward. */
  readonly continues: boolean;
  /** Number, date and total on the page, read as those of a class. */
  readonly marksOf: (documentClass: DocumentClass) => PageMarks;
  /** Folded words of the upper lines: pages of one document often repeat them. */
  readonly heading: readonly string[];
}

/** The first lines of a page, in which it says that it goes on. */
const topLineCount = 12;

function topLines(reading: PageReading): readonly string[] {
  const byHeight = [...reading.lines].sort((a, b) => a.box[1] - b.box[1]);
  return byHeight.slice(0, topLineCount).map(({ text }) => text);
}

function memoised(read: (documentClass: DocumentClass) => PageMarks): PageEvidence['marksOf'] {
  const known = new Map<DocumentClass, PageMarks>();
  return (documentClass) => {
    const marks = known.get(documentClass) ?? read(documentClass);
    known.set(documentClass, marks);
    return marks;
  };
}

/** Opening phrases are searched in this upper share of a page. */
const headShare = 0.3;

/** Collects the evidence of a page. Text layers have no misread letters, so their phrases must match exactly. */
export function evidenceOf(reading: PageReading, classes: readonly DocumentClass[]): PageEvidence {
  const text = searchText(reading.lines.map((line) => line.text).join('\n'));
  const headLines = reading.lines.filter((line) => line.box[3] < headShare * reading.heightPx);
  const similarity = similarityIn(reading);
  const cues = new Map(
    classes.map((one) => [
      one.name,
      new Map(
        one.classification.cues.flatMap(({ phrase }): [string, number][] => {
          const found = similarity(text, phrase);
          return found > 0 ? [[phrase, found]] : [];
        }),
      ),
    ]),
  );
  const minSimilarity = reading.engine === 'text-layer' ? 1 : 0;
  const opens = classes.filter((one) =>
    headLines.some((line) => isTitle(line.text, one.classification.startsWith, minSimilarity)),
  );
  return {
    page: reading.page,
    region: null,
    wordCount: reading.lines.reduce((sum, line) => sum + line.words.length, 0),
    cues,
    layout: layoutFeaturesOf(reading),
    opens: new Set(opens.map((one) => one.name)),
    numbering: printedPageNumber(reading),
    continues: topLines(reading).some((line) => isCarriedSum(searchText(line))),
    marksOf: memoised((documentClass) => pageMarks(documentClass, reading)),
    heading: headLines.slice(0, 6).flatMap((line) => wordsOf(line.text)),
  };
}

/**
 * A title is a line with little more than its phrase, as whole words; the same words in a sentence, or as a part of a
 * longer word, are no title.
 */
function isTitle(line: string, phrases: readonly string[], minSimilarity: number): boolean {
  const text = searchText(line);
  return phrases.some((phrase) => {
    if (text.folded.length >= 12 + 2 * foldPhrase(phrase).length) return false;
    const match = findPhrase(text, phrase);
    return match !== undefined && match.similarity >= minSimilarity && !/^\p{L}/u.test(line.slice(match.end));
  });
}

function similarityIn(reading: PageReading): (text: SearchText, phrase: string) => number {
  if (reading.engine === 'text-layer') return (text, phrase) => (hasPhrase(text, phrase) ? 1 : 0);
  return (text, phrase) => findPhrase(text, phrase)?.similarity ?? 0;
}

function wordsOf(text: string): readonly string[] {
  return plainText(text)
    .split(/[^A-Z0-9]+/)
    .filter((word) => word.length > 2);
}

function layoutFeaturesOf(reading: PageReading): PageEvidence['layout'] {
  const words = reading.lines.flatMap((line) => line.words);
  const count = Math.max(1, words.length);
  const lines = Math.max(1, reading.lines.length);
  const amounts = reading.lines.reduce(
    (sum, line) => sum + findMoney(line.text).filter((seen) => seen.decimals === 2).length,
    0,
  );
  const longLines = reading.lines.filter(
    (line) => line.words.length >= 9 && !/\d\.\d\d/.test(line.text),
  ).length;
  const numericLines = reading.lines.filter((line) => (line.text.match(/\d+/g)?.length ?? 0) >= 4).length;
  return {
    narrow: clamp((reading.heightPx / Math.max(1, reading.widthPx) - 1.45) / 0.6),
    dense: clamp((count - 250) / 400),
    sparse: clamp((30 - count) / 30),
    money: clamp(amounts / count / 0.12),
    prose: clamp(longLines / lines / 0.5),
    table: clamp(numericLines / lines / 0.3),
  };
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
