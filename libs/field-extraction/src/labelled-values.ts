import type { DocumentClass } from '@docfleet/contracts';
import { findPhrase, searchText } from '@docfleet/domain';
import type { Candidate, Features, FieldScope } from './candidate.ts';
import { inColumn, rightOf, type PageLayout, type Segment } from './layout.ts';
import { isBareLegalForm } from './legal-forms.ts';
import { trimmedName } from './name-trimming.ts';
import { cleaned, letterCount, marksAtEnds, toCandidate, type TextSpan } from './text-span.ts';
import { blockLine, blockLinesOf, hintReader } from './words.ts';

/** Candidates of a field of shape `line`: values beside and below its labels. */
export function lineCandidates(scope: FieldScope): readonly Candidate[] {
  const hints = hintReader(scope.documentClass);
  return scope.pages.flatMap((layout) => {
    const lines = blockLinesOf(layout);
    return labelledSpans(scope, layout).map((span) => toCandidate(scope, layout, hints, lines, span));
  });
}

/** Values at the field's labels: in the label's segment, right of it, and below it. */
export function labelledSpans(scope: FieldScope, layout: PageLayout): readonly TextSpan[] {
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
    // A legal form behind a label is the end of the line before it: `Broadcast Group Advertiser Inc`.
    const alone = !/[\p{L}\d]/u.test(inline) || isBareLegalForm(inline);
    const spans: TextSpan[] = [];
    const add = (from: Segment, start: number, text: string, relation: string): void => {
      const own = cleaned(withoutNextLabel(scope, text));
      const value = scope.field.shape === 'name' ? trimmedName(own) : own;
      if ((letterCount(value) < 2 && !/\d{3}/.test(value)) || isBareLegalForm(value)) return;
      const line = blockLine([from]);
      const features = { ...context, [`rel:${relation}`]: 1, 'lines:1': 1 };
      const below = inColumn(layout, from, 1, 1);
      const isUnder =
        below !== undefined && Math.abs(below.box[0] - wordLeft(from, start)) < layout.lineHeightPx * 1.5;
      // `Hill Partners 2020,` above `Inc` is no name by itself.
      if (!isUnder || !isBareLegalForm(below.text)) {
        spans.push({ lines: [line], value, start, features });
        const bare = cleaned(value.replace(/\s*\(?\(?\s*[A-Z]?-?\d{2,}\s*\)?$|\s*\([A-Z]{1,3}\)$/, ''));
        if (bare !== value && letterCount(bare) >= 3) {
          spans.push({ lines: [line], value: bare, start, features: { ...features, stripped: 1 } });
        }
      }
      if (isUnder) {
        spans.push({
          lines: [line, blockLine([below])],
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
    if (right !== undefined) add(right, 0, right.text, alone ? 'right' : 'rightOfText');
    const below = inColumn(layout, segment, 1, 2);
    // Beside a label may stand a person, and below the person the firm.
    const belowRight = right === undefined ? undefined : inColumn(layout, right, 1, 1);
    if (belowRight !== undefined && belowRight !== below) add(belowRight, 0, belowRight.text, 'belowRight');
    if (below !== undefined) {
      const column = columnStart(below, segment, layout.lineHeightPx);
      const start = column + ownLabelEnd(scope, below.text.slice(column));
      add(below, start, below.text.slice(start), alone ? 'below' : 'belowText');
      const second = inColumn(layout, { row: below.row, box: segment.box }, 1, 2);
      const onlyLabel = start > column && cleaned(below.text.slice(start)) === '';
      if (second !== undefined) add(second, 0, second.text, onlyLabel ? 'below' : 'belowSecond');
    }
    return spans;
  });
}

/** The end of a label of the field that begins the text below another one: `Primary registrant` above `Name: Hill Group`. */
function ownLabelEnd(scope: FieldScope, text: string): number {
  return Math.max(0, ...scope.labels.labelsIn(text).flatMap(({ start, end }) => (start < 3 ? [end] : [])));
}

/** Start of the words below a label, when their segment begins in another column. */
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

/** Cuts a value at the label of another field of the class. */
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

function wordLeft(segment: Segment, start: number): number {
  const i = segment.wordStarts.findLastIndex((from) => from <= start);
  return segment.words[Math.max(0, i)]?.box[0] ?? segment.box[0];
}
