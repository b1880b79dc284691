import type { VocabularyList } from '@docfleet/contracts';
import { comparable, unionOf, type Box, type Word } from '@docfleet/domain';
import type { Candidate, Features, FieldScope } from './candidate.ts';
import { clamp, placeFeatures } from './features.ts';
import type { PageLayout, Segment } from './layout.ts';
import { lineAbove, lineBelow, type BlockLine, type HintReader } from './words.ts';

/** A possible text value: part of a line, or several lines. */
export interface TextSpan {
  readonly lines: readonly BlockLine[];
  readonly value: string;
  /** Start of the value in the text of the first segment. */
  readonly start: number;
  readonly features: Features;
}

/** Punctuation at the ends of a value. */
export const marksAtEnds = /^[\s:#*.,;|/\\_=~-]+|[\s:#*;|/\\_=~-]+$/g;

/** The text without punctuation at its ends. */
export function cleaned(text: string): string {
  return text.replace(marksAtEnds, '').trim();
}

/** The candidate of a span, with the features that all texts have. */
export function toCandidate(
  scope: FieldScope,
  layout: PageLayout,
  hints: HintReader,
  lines: readonly BlockLine[],
  span: TextSpan,
): Candidate {
  const [first] = span.lines;
  const segments = span.lines.flatMap((line) => line.segments);
  const segment = segments[0];
  if (first === undefined || segment === undefined)
    throw new RangeError('A text span needs at least one line.');
  const words = valueWords(segments, span);
  const box = unionOf(words.map((word) => word.box)) ?? first.box;
  return {
    value: span.value,
    normalised: span.value,
    layout,
    segment,
    start: span.start,
    end: segment.text.length,
    words,
    box,
    features: {
      ...placeFeatures(scope, { layout, segment, start: span.start, box }),
      ...textFeatures(hints, lines, span),
      ...textNearFeatures(scope.near, layout, box, span.value),
      ...span.features,
      size: clamp(first.heightPx / layout.lineHeightPx - 1, -0.5, 2),
      centred: clamp(1 - Math.abs(centreOf(box) - centreOf(layout.extent)) / (0.2 * layout.widthPx), 0, 1),
    },
  };
}

function centreOf(box: readonly [number, number, number, number]): number {
  return (box[0] + box[2]) / 2;
}

/** The words of the value: from its start until all of its letters are covered. */
function valueWords(segments: readonly Segment[], span: TextSpan): readonly Word[] {
  const wanted = span.value.replace(/\s/g, '').length;
  const words: Word[] = [];
  let covered = 0;
  for (const [s, segment] of segments.entries()) {
    for (const [i, word] of segment.words.entries()) {
      const end = (segment.wordStarts[i] ?? 0) + word.text.length;
      if ((s === 0 && end <= span.start) || covered >= wanted) continue;
      words.push(word);
      covered += word.text.length;
    }
  }
  return words;
}

function textFeatures(hints: HintReader, lines: readonly BlockLine[], span: TextSpan): Features {
  const { value } = span;
  const first = span.lines[0];
  const last = span.lines.at(-1);
  const above = first === undefined ? undefined : lineAbove(lines, first);
  const below = last === undefined ? undefined : lineBelow(lines, last, 3);
  const count = (list: VocabularyList, text: string, most: number): number =>
    Math.min(most, hints.count(list, text)) / most;
  const letters = letterCount(value);
  return {
    'hint:suffix': count('suffix', value, 2),
    'hint:legal': count('legal', value, 1),
    'ends:legal': hints.ends('legal', value) ? 1 : 0,
    'ends:suffix': hints.ends('suffix', value) ? 1 : 0,
    'hint:street': count('street', value, 2),
    'hint:place': count('place', value, 2),
    'hint:contact': count('contact', value, 1),
    'hint:stop': count('stop', value, 1),
    'begins:stop': hints.begins('stop', value) ? 1 : 0,
    'above:stop': above === undefined ? 0 : count('stop', above.text, 1),
    'above:legal': above === undefined ? 0 : count('legal', above.text, 1),
    'above:none': above === undefined ? 1 : 0,
    'below:legal': below === undefined ? 0 : count('legal', below.text, 1),
    'below:street': below === undefined ? 0 : count('street', below.text, 2),
    'below:contact': below === undefined ? 0 : count('contact', below.text, 1),
    'below:registration':
      below !== undefined && /^\W*(co\.?|reg|roc)?\W*\w{0,4}\W*\d{5,}/i.test(below.text) ? 1 : 0,
    digits: value.replace(/\D/g, '').length / Math.max(1, value.length),
    letters: clamp(letters / 20, 0, 1.5),
    short: letters < 5 ? 1 : 0,
    long: value.length > 45 ? 1 : 0,
    prose: value.split(' ').length > 8 ? 1 : 0,
    caps: letters === 0 ? 0 : value.replace(/[^\p{Lu}]/gu, '').length / letters,
    'ends:comma': value.endsWith(',') ? 1 : 0,
    'ends:colon': span.lines.at(-1)?.text.trimEnd().endsWith(':') === true ? 1 : 0,
    'has:colon': value.includes(':') ? 1 : 0,
    'has:number': /\d{5,}/.test(value) ? 1 : 0,
    'below:postcode': last !== undefined && opensAddress(lines, last) ? 1 : 0,
    'has:dollar': /[$€£]|\d[.,]\d\d\b/.test(value) ? 1 : 0,
    'has:date': /\d\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d/.test(value) ? 1 : 0,
    repeat: Math.log2(1 + lines.filter((line) => line.text.includes(value)).length) - 1,
  };
}

/** Whether a line with a postal code follows within four lines of the column. */
function opensAddress(lines: readonly BlockLine[], from: BlockLine): boolean {
  let line: BlockLine | undefined = from;
  for (let step = 0; step < 4; step += 1) {
    line = lineBelow(lines, line, 2.5);
    if (line === undefined) return false;
    if (/(?<!\d)\d{4,5}\s+\p{L}{3}/u.test(line.text)) return true;
  }
  return false;
}

/** Position and value in relation to the decided field that this one is `near`. */
function textNearFeatures(
  near: Candidate | undefined,
  layout: PageLayout,
  box: Box,
  value: string,
): Features {
  if (near === undefined) return {};
  const down = (box[1] - near.box[3]) / layout.lineHeightPx;
  return {
    'near:sameValue': comparable('text', value).includes(comparable('text', near.value)) ? 1 : 0,
    'near:below': near.layout === layout && down > 0 ? 1 : 0,
    'near:close': near.layout === layout && Math.abs(down) < 6 ? 1 : 0,
    'near:beside': near.layout === layout && Math.abs(down + 1) < 1.5 ? 1 : 0,
  };
}

/** Number of letters in a text. */
export function letterCount(text: string): number {
  return text.replace(/[^\p{L}]/gu, '').length;
}
