import type { Box } from '@docfleet/domain';
import type { Features, FieldScope } from './candidate.ts';
import { inColumn, leftOf, type PageLayout, type Segment } from './layout.ts';
import { noLabel, type LabelScore } from './labels.ts';

/** A position on a page. */
export interface Place {
  readonly layout: PageLayout;
  readonly segment: Segment;
  readonly start: number;
  readonly box: Box;
}

const letters = /\p{L}{2}/u;

/** Features of a position and of the words around it, the same for every type of field. */
export function placeFeatures(scope: FieldScope, place: Place): Features {
  const { layout, segment, start, box } = place;
  const [left, top, right, bottom] = layout.extent;
  const middle = (box[1] + box[3]) / 2;
  const y = (middle - top) / Math.max(1, bottom - top);
  return {
    bias: 1,
    top: 1 - y,
    'zone:top': y < 0.15 ? 1 : 0,
    'zone:head': y >= 0.15 && y < 0.35 ? 1 : 0,
    'zone:foot': y > 0.75 ? 1 : 0,
    right: (box[2] - left) / Math.max(1, right - left),
    left: (box[0] - left) / Math.max(1, right - left),
    size: clamp((box[3] - box[1]) / layout.lineHeightPx - 1, -0.5, 2),
    doubt: 1 - segment.confidence,
    'page:first': layout.page === scope.firstPage ? 1 : 0,
    'page:last': layout.page === scope.lastPage && scope.firstPage !== scope.lastPage ? 1 : 0,
    ...labelFeatures(scope, place, segment.text.slice(0, start)),
  };
}

function labelFeatures(scope: FieldScope, place: Place, before: string): Features {
  const { layout, segment, box } = place;
  const inline = scope.labels.score(before);
  const row = letters.test(before) ? { text: '', numbers: 0 } : textLeftOf(layout, segment);
  const left = scope.labels.score(row.text);
  const above = inColumn(layout, { row: segment.row, box }, -1, 2);
  const over = above === undefined ? noLabel : scope.labels.score(above.text);
  const header = columnHeader(scope, place);
  const below = inColumn(layout, { row: segment.row, box }, 1, 2);
  const under = below === undefined ? noLabel : scope.labels.score(rowLabel(layout, below));
  const rowScore = strongest(inline, left);
  return {
    label: Math.max(rowScore.pos, over.pos),
    'label:row': rowScore.pos,
    'label:inline': inline.pos,
    'label:strong': Math.max(rowScore.pos, over.pos) >= 1.4 ? 1 : 0,
    'label:above': over.pos,
    'label:header': header.pos,
    avoid: Math.max(rowScore.neg, over.neg),
    'avoid:row': rowScore.neg,
    'avoid:above': over.neg,
    'avoid:header': header.neg,
    'next:avoid': under.neg,
    'next:label': under.pos,
    'row:numbers': Math.min(3, row.numbers) / 3,
    unlabelled: rowScore.pos + over.pos + header.pos === 0 ? 1 : 0,
  };
}

function strongest(a: LabelScore, b: LabelScore): LabelScore {
  return { pos: Math.max(a.pos, b.pos), neg: Math.max(a.neg, b.neg) };
}

/** The nearest words left of a segment in its row; numbers in between are skipped and counted. */
export function textLeftOf(layout: PageLayout, segment: Segment): { text: string; numbers: number } {
  let numbers = 0;
  let text = '';
  for (
    let other = leftOf(layout, segment);
    other !== undefined && text.length < 40;
    other = leftOf(layout, other)
  ) {
    if (letters.test(other.text) && !/^(RM|EUR|USD|MYR)$/i.test(other.text)) text = `${other.text} ${text}`;
    else if (/\d/.test(other.text)) numbers += 1;
    if (text !== '' && numbers === 0) break;
  }
  return { text: text.trim(), numbers };
}

function rowLabel(layout: PageLayout, segment: Segment): string {
  return letters.test(segment.text) ? segment.text : textLeftOf(layout, segment).text;
}

/** The score of the nearest column heading above that has a label of the field. */
function columnHeader(scope: FieldScope, { layout, segment, box }: Place): LabelScore {
  let score = noLabel;
  inColumn(layout, { row: segment.row, box }, -1, 40, (other) => {
    if (!letters.test(other.text) || other.text.length > 40) return false;
    score = scope.labels.score(other.text);
    return score.pos > 0 || score.neg > 0;
  });
  return score;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
