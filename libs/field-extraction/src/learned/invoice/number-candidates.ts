import { featureRow, type ScoredCandidate } from './candidate-rows.ts';
import { contextOf, type Line, type LineDocument } from './lines.ts';
import { has } from './patterns.ts';

const amountWord =
  /^[(+-]?[€$£]?-?\d{1,3}(?:[.,' ]\d{3})*[.,]\d{2}-?\)?[€$£]?$|^[(+-]?[€$£]?-?\d+[.,]\d{2}-?\)?[€$£]?$/;
const dateWord = /\d{1,2}[./-]\d{1,2}[./-]\d{2,4}$|\d{4}-\d{2}-\d{2}$/;
const severalWords = /^[A-Z]{1,4}[-/]?(?: [-/])? ?[\w/.-]*\d[\w/.-]*$|^\d[\d/-]*(?: [-/] ?| )[\d/-]+$/;

export const numberNumbers = [
  'page',
  'left',
  'wordLeft',
  'top',
  'height',
  'wordIndex',
  'wordCount',
  'words',
  'date',
  'indexInBlock',
  'blockLength',
  'rowLength',
  'length',
  'digits',
  'letters',
  'capitals',
  'dashes',
  'points',
  'spaces',
  'startsLetter',
  'allDigits',
  'year',
  'postcode',
  'typeCode',
  'occurrences',
  'prefix',
  'gapLeft',
  'gapAbove',
  'afterColon',
  'beforeDate',
  'order',
  'belowInvoice',
  'phone',
] as const;
export const numberTexts = ['before', 'left', 'above', 'above2', 'head', 'overHead'] as const;

/** Candidates of the number of a document: one to three words with a digit. */
export function numberCandidates(document: LineDocument): readonly ScoredCandidate[] {
  const allText = document.lines.map(({ text }) => letters(text)).join('|');
  const found: ScoredCandidate[] = [];
  for (const line of document.lines) {
    for (let from = 0; from < line.segment.words.length; from += 1) {
      for (const count of [1, 2, 3]) {
        const candidate = candidateFrom(document, line, { from, count, allText, order: found.length });
        if (candidate !== undefined) found.push(candidate);
      }
    }
  }
  return found;
}

function candidateFrom(
  document: LineDocument,
  line: Line,
  { from, count, allText, order }: { from: number; count: number; allText: string; order: number },
): ScoredCandidate | undefined {
  const { segment } = line;
  const words = segment.words.slice(from, from + count);
  const [first] = words;
  if (first === undefined || words.length < count) return undefined;
  const text = words.map((word) => word.text).join(' ');
  const skipped = /^[\s:#(.]*/.exec(text)?.[0].length ?? 0;
  const value = text.slice(skipped).replace(/[\s:;,.)]+$/, '');
  if (!/\d/.test(value) || value.length > 30) return undefined;
  if (count > 1 && (!severalWords.test(value) || value.length > 22)) return undefined;
  if (count === 1 && (amountWord.test(value) || /[%@€]/.test(value))) return undefined;
  const start = (segment.wordStarts[from] ?? 0) + skipped;
  const before = segment.text.slice(0, segment.wordStarts[from] ?? 0).trimEnd();
  const after = segment.words.slice(from + count, from + count + 2).map((word) => word.text);
  const plain = letters(value);
  const { layout } = line;
  const numbers = [
    line.pageIndex,
    line.left,
    first.box[0] / layout.widthPx,
    line.top,
    line.height / document.height,
    from,
    segment.words.length,
    count,
    dateWord.test(value),
    line.indexInBlock,
    line.block.length,
    line.row.length,
    value.length,
    value.replace(/\D/g, '').length,
    value.replace(/[^\p{L}]/gu, '').length,
    value.replace(/[^\p{Lu}]/gu, '').length,
    value.replace(/[^-/]/g, '').length,
    value.replace(/[^.]/g, '').length,
    value.replace(/[^ ]/g, '').length,
    /^\p{L}/u.test(value),
    /^\d+$/.test(value),
    /^(19|20)\d\d$/.test(value),
    /^\d{5}$/.test(value),
    /^(380|381|384|389|326)$/.test(value),
    plain.length > 2 ? Math.min(9, allText.split(plain).length - 1) : 0,
    /^(re|inv|fa|rg|f|r|gs|av|kr|rk)[-_/]?\d/i.test(value),
    line.leftOf === undefined ? -1 : line.left - line.leftOf.right,
    line.above === undefined ? -1 : line.top - line.above.bottom,
    /[:#]$/.test(before),
    after.some((word) => dateWord.test(word)),
    order,
    line.below !== undefined && has(line.below.mask, 'invoice'),
    /^\+|^0\d+\//.test(value),
  ];
  return {
    value,
    normalised: value,
    line,
    start,
    end: start + value.length,
    words,
    features: featureRow(numbers, contextOf(document, line, from, 4)),
  };
}

const letters = (text: string): string => text.toUpperCase().replace(/[^\p{L}\d]/gu, '');
