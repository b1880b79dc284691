import type { DocumentClass, VocabularyList } from '@docfleet/contracts';
import { comparable, findPhrase, searchText, unionOf, type Box, type Word } from '@docfleet/domain';
import type { Candidate, Features, FieldScope } from './candidate.ts';
import { clamp, placeFeatures } from './features.ts';
import { inColumn, rightOf, type PageLayout, type Segment } from './layout.ts';
import { blockLinesOf, hintReader, lineAbove, lineBelow, type BlockLine, type HintReader } from './words.ts';

/** A value of several lines, or a part of one. */
interface TextSpan {
  readonly lines: readonly BlockLine[];
  readonly value: string;
  /** Where the value begins in the text of the first segment. */
  readonly start: number;
  readonly features: Features;
}

/** Registration numbers and the like behind a name, and marks at its ends. */
const behindName =
  /\s*[([]?\s*(co\.?|company|reg|roc|gst|no)?[\s.:]*(reg|no|id)?[\s.:#]*\(?\d{4,}[\s-]*[A-Z]{0,2}[)\]}]*\.?\s*$/i;
const marksAtEnds = /^[\s:#*.,;|/\\_=~-]+|[\s:#*;|/\\_=~-]+$/g;

function cleaned(text: string): string {
  return text.replace(marksAtEnds, '').trim();
}

/** Names in the letterhead, also over two or three lines, and whatever stands at a label of the field. */
export function nameCandidates(scope: FieldScope): readonly Candidate[] {
  const hints = hintReader(scope.documentClass);
  return scope.pages.flatMap((layout) => {
    const lines = blockLinesOf(layout);
    const spans = lines.flatMap((line, i) => {
      const y = (line.box[1] - layout.extent[1]) / Math.max(1, layout.extent[3] - layout.extent[1]);
      const far = y > 0.5 && hints.count('legal', line.text) === 0;
      return far || letterCount(line.text) < 3 || line.text.length > 90
        ? []
        : nameSpans(lines, line).map((span) => ({
            ...span,
            features: { ...span.features, order: 1 / (1 + i) },
          }));
    });
    return [...spans, ...labelledSpans(scope, layout)].map((span) =>
      toCandidate(scope, layout, hints, lines, span),
    );
  });
}

function nameSpans(lines: readonly BlockLine[], line: BlockLine): readonly TextSpan[] {
  const spans: TextSpan[] = [];
  const chain = [line];
  for (let size = 1; size <= 3; size += 1) {
    const text = chain.map((one) => one.text).join(' ');
    const whole = cleaned(text);
    const value = cleaned(whole.replace(behindName, ''));
    const stripped = value === whole ? 0 : 1;
    if (letterCount(value) >= 3) {
      spans.push({ lines: [...chain], value, start: 0, features: { [`lines:${size}`]: 1, stripped } });
    }
    const [head = '', tail] = text.split(/\s[-–●•|]\s|\s{2,}|, (?=\d)/, 2);
    if (size === 1 && tail !== undefined && letterCount(head) >= 3) {
      spans.push({ lines: [...chain], value: cleaned(head), start: 0, features: { 'lines:1': 1, cut: 1 } });
    }
    const below = lineBelow(lines, chain.at(-1) ?? line, 1.2);
    if (below === undefined) break;
    chain.push(below);
  }
  return spans;
}

/** Values beside and under the field's labels. */
export function lineCandidates(scope: FieldScope): readonly Candidate[] {
  const hints = hintReader(scope.documentClass);
  return scope.pages.flatMap((layout) => {
    const lines = blockLinesOf(layout);
    return labelledSpans(scope, layout).map((span) => toCandidate(scope, layout, hints, lines, span));
  });
}

function labelledSpans(scope: FieldScope, layout: PageLayout): readonly TextSpan[] {
  return layout.segments.flatMap((segment) => {
    const labels = scope.labels.labelsIn(segment.text);
    const best = labels.reduce(
      (found, label) => (label.weight > (found?.weight ?? 0) ? label : found),
      labels[0],
    );
    if (best === undefined) return [];
    const over = inColumn(layout, segment, -1, 2);
    const context: Features = {
      'label:of': best.weight,
      'label:starts': best.start < 4 ? 1 : 0,
      'label:over': over === undefined ? 0 : scope.labels.score(over.text).pos,
      'avoid:of': scope.labels.score(segment.text.slice(0, best.end)).neg,
    };
    const rest = segment.text.slice(best.end);
    const inline = cleaned(rest);
    const skipped = rest.length - rest.replace(marksAtEnds, '').length;
    const spans: TextSpan[] = [];
    const add = (from: Segment, start: number, text: string, relation: string): void => {
      const value = cleaned(withoutNextLabel(scope, text));
      if (letterCount(value) < 2 && !/\d{3}/.test(value)) return;
      const line = lineOf(from);
      const features = { ...context, [`rel:${relation}`]: 1, 'lines:1': 1 };
      spans.push({ lines: [line], value, start, features });
      const bare = cleaned(value.replace(/\s*\(?\(?\s*[A-Z]?-?\d{2,}\s*\)?$|\s*\([A-Z]{1,3}\)$/, ''));
      if (bare !== value && letterCount(bare) >= 3) {
        spans.push({ lines: [line], value: bare, start, features: { ...features, stripped: 1 } });
      }
      const below = inColumn(layout, from, 1, 1);
      if (below !== undefined && Math.abs(below.box[0] - wordLeft(from, start)) < layout.lineHeightPx * 1.5) {
        spans.push({
          lines: [line, lineOf(below)],
          value: cleaned(`${value} ${below.text}`),
          start,
          features: {
            ...features,
            'lines:1': 0,
            'lines:2': 1,
            'below:colon': below.text.includes(':') ? 1 : 0,
          },
        });
      }
    };
    if (inline !== '') add(segment, best.end + Math.min(skipped, rest.length), rest, 'inline');
    const right = valueRightOf(layout, segment);
    if (right !== undefined) add(right, 0, right.text, inline === '' ? 'right' : 'rightOfText');
    const below = inColumn(layout, segment, 1, 2);
    if (below !== undefined) {
      const column = columnStart(below, segment, layout.lineHeightPx);
      add(below, column, below.text.slice(column), inline === '' ? 'below' : 'belowText');
      const second = inColumn(layout, { row: below.row, box: segment.box }, 1, 2);
      if (second !== undefined) add(second, 0, second.text, 'belowSecond');
    }
    return spans;
  });
}

/** Where the words of a segment begin that stand under a label, when the segment begins in another column. */
function columnStart(below: Segment, label: Segment, lineHeightPx: number): number {
  if (below.box[0] >= label.box[0] - 3 * lineHeightPx) return 0;
  const first = below.words.findIndex((word) => word.box[0] >= label.box[0] - lineHeightPx);
  return first <= 0 ? 0 : (below.wordStarts[first] ?? 0);
}

/** The next segment to the right that is not itself a label such as `Name:`. */
function valueRightOf(layout: PageLayout, segment: Segment): Segment | undefined {
  const right = rightOf(layout, segment);
  return right !== undefined && /^\S+( \S+)?:\W*$/.test(right.text) ? rightOf(layout, right) : right;
}

const otherLabels = new WeakMap<DocumentClass, readonly string[]>();

/** Cuts a value where the label of something else begins: labels of the class and words that stand before values. */
function withoutNextLabel(scope: FieldScope, text: string): string {
  const known =
    otherLabels.get(scope.documentClass) ??
    [...scope.documentClass.fields.flatMap((field) => [...field.labels, ...field.avoid])].flatMap(
      ({ phrase, weight }) => (weight >= 1 && phrase.length > 4 && phrase.includes(' ') ? [phrase] : []),
    );
  otherLabels.set(scope.documentClass, known);
  const search = searchText(text);
  const cuts = known.flatMap((phrase) => {
    const match = findPhrase(search, phrase);
    return match?.similarity === 1 ? [match.start] : [];
  });
  return cuts.length === 0 ? text : text.slice(0, Math.min(...cuts));
}

function lineOf(segment: Segment): BlockLine {
  return {
    segments: [segment],
    text: segment.text,
    box: segment.box,
    row: segment.row,
    heightPx: segment.heightPx,
  };
}

function wordLeft(segment: Segment, start: number): number {
  const i = segment.wordStarts.findLastIndex((from) => from <= start);
  return segment.words[Math.max(0, i)]?.box[0] ?? segment.box[0];
}

function toCandidate(
  scope: FieldScope,
  layout: PageLayout,
  hints: HintReader,
  lines: readonly BlockLine[],
  span: TextSpan,
): Candidate {
  const [first] = span.lines;
  const segments = span.lines.flatMap((line) => line.segments);
  const segment = segments[0];
  if (first === undefined || segment === undefined) throw new RangeError('a span has a line');
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

/** Words from where the value begins, until all of its letters are covered. */
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

/** How a text lies to the decided field it is `near` to. */
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

function letterCount(text: string): number {
  return text.replace(/[^\p{L}]/gu, '').length;
}

/** Blocks of one to seven lines in the upper half of a page that could be an address. */
export function addressCandidates(scope: FieldScope): readonly Candidate[] {
  const hints = hintReader(scope.documentClass);
  return scope.pages.flatMap((layout) => {
    const lines = blockLinesOf(layout);
    const nearRow = scope.near?.layout === layout ? lastRowOf(scope.near) : undefined;
    return lines
      .filter((line) => line.box[1] < layout.extent[1] + 0.6 * (layout.extent[3] - layout.extent[1]))
      .filter((line) => !/^\W*\d+[.,]\d\d\W*$/.test(line.text))
      .flatMap((line) => addressSpans(hints, lines, line, nearRow, scope))
      .map((span) => toCandidate(scope, layout, hints, lines, span));
  });
}

function lastRowOf(candidate: Candidate): number {
  const box = candidate.box;
  return candidate.layout.segments.reduce(
    (row, segment) =>
      segment.box[1] < box[3] - 2 &&
      segment.box[3] > box[1] &&
      segment.box[0] < box[2] &&
      segment.box[2] > box[0]
        ? Math.max(row, segment.row)
        : row,
    candidate.segment.row,
  );
}

const postcode = /(?<!\d)\d{5}(?!\d)/;

function addressSpans(
  hints: HintReader,
  lines: readonly BlockLine[],
  first: BlockLine,
  nearRow: number | undefined,
  scope: FieldScope,
): readonly TextSpan[] {
  const spans: TextSpan[] = [];
  const chain = [first];
  const looks = (text: string): boolean =>
    hints.count('street', text) + hints.count('place', text) > 0 || postcode.test(text);
  const foreign = (text: string): boolean =>
    hints.count('contact', text) > 0 || hints.count('stop', text) > 0 || /\d{6,}|\(\s?\d/.test(text);
  const above = lineAbove(lines, first);
  while (chain.length <= 7) {
    const last = chain.at(-1) ?? first;
    const below = lineBelow(lines, last, 2.5);
    const value = chain.map((line) => cleaned(line.text)).join(' ');
    const alike = chain.filter((line) => looks(line.text)).length;
    const strange = chain.filter((line) => foreign(line.text)).length;
    const gaps = chain.slice(1).map((line, i) => (line.box[1] - (chain[i]?.box[3] ?? 0)) / line.heightPx);
    spans.push({
      lines: [...chain],
      value,
      start: 0,
      features: {
        'block:lines': chain.length / 4,
        'block:one': chain.length === 1 ? 1 : 0,
        'block:many': chain.length > 4 ? 1 : 0,
        'block:alike': alike / chain.length,
        'block:unlike': Math.min(3, chain.length - alike) / 3,
        'block:foreign': Math.min(2, strange),
        'block:postcode': postcode.test(value) ? 1 : 0,
        'block:endsPlace': hints.ends('place', value) || postcode.test(last.text) ? 1 : 0,
        'block:endsComma': /[,&]\W*$/.test(last.text.trim()) ? 1 : 0,
        'block:startsStreet': hints.begins('street', first.text) || /^\W*\d/.test(first.text) ? 1 : 0,
        'block:firstLooks': looks(first.text) ? 1 : 0,
        'block:lastLooks': looks(last.text) ? 1 : 0,
        'block:gap': clamp(Math.max(0, ...gaps), 0, 2),
        'block:company': hints.count('legal', first.text) > 0 ? 1 : 0,
        'above:looks': above !== undefined && looks(above.text) && !foreign(above.text) ? 1 : 0,
        'above:registration':
          above !== undefined && /\d{5,}\s?-?\s?[A-Z]\b|no\W{0,3}\d{6}/i.test(above.text) ? 1 : 0,
        'below:looks': below !== undefined && looks(below.text) && !foreign(below.text) ? 1 : 0,
        'below:foreign': below === undefined || foreign(below.text) ? 1 : 0,
        'below:gap': below === undefined ? 1 : clamp((below.box[1] - last.box[3]) / last.heightPx, 0, 2),
        ...(nearRow === undefined
          ? {}
          : {
              'near:under': first.row === nearRow + 1 ? 1 : 0,
              'near:second': first.row === nearRow + 2 ? 1 : 0,
              'near:over': first.row <= nearRow ? 1 : 0,
              'near:far': clamp((first.row - nearRow - 2) / 6, 0, 2),
            }),
      },
    });
    if (below === undefined || scope.labels.score(below.text).neg > 0.9) break;
    chain.push(below);
  }
  return spans;
}

/** One candidate for each choice whose phrases stand on the pages, at its first and largest place. */
export function choiceCandidates(scope: FieldScope): readonly Candidate[] {
  return scope.field.choices.flatMap(({ value, phrases }) => {
    const hits = scope.pages.flatMap((layout) =>
      layout.segments.flatMap((segment) => {
        const search = searchText(segment.text);
        const at = phrases.findIndex((phrase) => findPhrase(search, phrase) !== undefined);
        return at < 0 ? [] : [{ layout, segment, rank: at, alone: segment.text.length < 60 ? 1 : 0 }];
      }),
    );
    const best = [...hits].sort((a, b) => b.alone - a.alone || a.rank - b.rank)[0];
    if (best === undefined) return [];
    const { layout, segment } = best;
    const place = placeFeatures(scope, { layout, segment, start: 0, box: segment.box });
    return [
      {
        value,
        normalised: value,
        layout,
        segment,
        start: 0,
        end: segment.text.length,
        words: segment.words,
        box: segment.box,
        features: {
          ...place,
          'choice:alone': best.alone,
          'choice:first': best.rank === 0 ? 1 : 0,
          repeat: Math.min(3, Math.log2(hits.length)),
        },
      },
    ];
  });
}
