import type { DocumentClass } from '@docfleet/contracts';
import { findDates, findMoney, isInside, type Box, type Line, type PageReading } from '@docfleet/domain';
import { classScores, indexOfLargest, probabilitiesOf } from './classify.ts';
import { evidenceOf, type PageEvidence } from './page-evidence.ts';

/** Lines, and amounts with decimals, that a document on a part of a page has at least. */
const minLines = 4;
const minAmounts = 2;

/** Probability of the class of a part from which it is a document. */
const minProbability = 0.6;

/** Least width of the gap between documents beside each other, and height of one between documents, in line heights. */
const minGapBeside = 0.8;
const minGapBelow = 2;

/**
 * The documents that lie beside or below each other on one page, as receipts in one photograph do: a page is divided where
 * a gap without words goes through it and both sides are documents of their own, with a class, amounts and a date each.
 * One below the other must have another date, or other amounts: a receipt and the slip of its payment are one document.
 */
export function partsOf(page: PageReading, classes: readonly DocumentClass[]): readonly PageEvidence[] {
  const whole: Box = [0, 0, page.widthPx, page.heightPx];
  const regions = divided(page, whole, classes);
  if (regions.length < 2) return [evidenceOf(page, classes)];
  return regions.map((region) => ({ ...evidenceOf(cutOut(page, region), classes), region }));
}

function divided(page: PageReading, region: Box, classes: readonly DocumentClass[]): readonly Box[] {
  const lines = page.lines.filter((line) => isInside(line, region));
  if (lines.length < 2 * minLines) return [region];
  for (const axis of ['beside', 'below'] as const) {
    for (const at of gapsOf(lines, axis)) {
      const sides = halves(region, axis, at);
      const parts = sides.map((side) => cutOut(page, side));
      if (!parts.every(hasValues) || !areApart(parts, axis)) continue;
      if (parts.every((part) => isOfOneClass(part, classes))) {
        return sides.flatMap((side) => divided(page, side, classes));
      }
    }
  }
  return [region];
}

type Axis = 'beside' | 'below';

function halves([left, top, right, bottom]: Box, axis: Axis, at: number): readonly [Box, Box] {
  return axis === 'beside'
    ? [
        [left, top, at, bottom],
        [at, top, right, bottom],
      ]
    : [
        [left, top, right, at],
        [left, at, right, bottom],
      ];
}

/** Middles of the gaps that no line crosses, the widest first. */
function gapsOf(lines: readonly Line[], axis: Axis): readonly number[] {
  const [from, to] = axis === 'beside' ? ([0, 2] as const) : ([1, 3] as const);
  const heights = lines.map(({ box }) => box[3] - box[1]).toSorted((a, b) => a - b);
  const least = (heights[heights.length >> 1] ?? 0) * (axis === 'beside' ? minGapBeside : minGapBelow);
  const gaps: { readonly middle: number; readonly width: number }[] = [];
  let end = Infinity;
  for (const { box } of lines.toSorted((a, b) => a.box[from] - b.box[from])) {
    if (box[from] - end >= least) gaps.push({ middle: (end + box[from]) / 2, width: box[from] - end });
    end = Math.max(end === Infinity ? 0 : end, box[to]);
  }
  return gaps.toSorted((a, b) => b.width - a.width).map(({ middle }) => Math.round(middle));
}

/** The lines of a region as a page of their own, with the region's place and size. */
function cutOut(page: PageReading, region: Box): PageReading {
  const [left, top, right, bottom] = region;
  const move = <T extends { readonly box: Box }>(part: T): T => ({
    ...part,
    box: [part.box[0] - left, part.box[1] - top, part.box[2] - left, part.box[3] - top],
  });
  const lines = page.lines
    .filter((line) => isInside(line, region))
    .map((line) => ({ ...move(line), words: line.words.map(move) }));
  return { ...page, widthPx: right - left, heightPx: bottom - top, lines };
}

function hasValues(part: PageReading): boolean {
  if (part.lines.length < minLines || datesOf(part).size === 0) return false;
  const amounts = part.lines.flatMap(({ text }) => findMoney(text)).filter(({ decimals }) => decimals === 2);
  return amounts.length >= minAmounts;
}

function isOfOneClass(part: PageReading, classes: readonly DocumentClass[]): boolean {
  const evidence = evidenceOf(part, classes);
  const chances = probabilitiesOf(classScores([evidence], classes));
  const best = indexOfLargest(chances);
  const named = classes[best];
  if (named === undefined || (chances[best] ?? 0) < minProbability) return false;
  const hasCues = (evidence.cues.get(named.name)?.size ?? 0) > 0;
  return hasCues && (named.classification.singlePage || evidence.opens.has(named.name));
}

/** The slip of a payment repeats the date and an amount of the receipt above it. */
function areApart(parts: readonly PageReading[], axis: Axis): boolean {
  if (axis === 'beside') return true;
  return isDisjoint(parts.map(datesOf)) || isDisjoint(parts.map(amountsOf));
}

function isDisjoint([one = new Set(), other = new Set()]: readonly ReadonlySet<string>[]): boolean {
  return [...one].every((value) => !other.has(value));
}

function amountsOf({ lines }: PageReading): ReadonlySet<string> {
  return new Set(lines.flatMap(({ text }) => findMoney(text).map(({ amount }) => amount)));
}

/** The dates of a part; whether day or month is first does not matter for comparing them. */
function datesOf({ lines }: PageReading): ReadonlySet<string> {
  return new Set(lines.flatMap(({ text }) => findDates(text, 'day-first').map(({ iso }) => iso)));
}
