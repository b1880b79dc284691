import type { Candidate, FieldScope } from './candidate.ts';
import { clamp } from './features.ts';
import { cleaned, toCandidate, type TextSpan } from './text-span.ts';
import { blockLinesOf, hintReader, lineAbove, lineBelow, type BlockLine, type HintReader } from './words.ts';

/** Candidates of a field of shape `address`: blocks of one to seven lines in the upper 60 % of a page. */
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
