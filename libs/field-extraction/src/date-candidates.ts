import { findDates, type DateOrder, type SeenDate } from '@docfleet/domain';
import { candidateAt } from './candidate-at.ts';
import type { Candidate, Features, FieldScope } from './candidate.ts';
import { clamp } from './features.ts';
import { rightOf, type PageLayout, type Segment } from './layout.ts';

/** Candidates of dates, in the order of day and month that the document has. */
export function dateCandidates(scope: FieldScope): readonly Candidate[] {
  const { order } = scope.dateOrder;
  const found = scope.pages.flatMap((layout) =>
    layout.segments.flatMap((segment) => {
      const dates = findDates(segment.text, order);
      return dates.map((seen, i) =>
        candidateAt(
          scope,
          layout,
          segment,
          {
            ...seen,
            value: segment.text.slice(seen.start, seen.end).trim(),
            normalised: countedDay(seen.iso, scope.field.monthBefore),
          },
          {
            [`form:${seen.form}`]: 1,
            'date:ambiguous': seen.isAmbiguous ? 1 : 0,
            ...dateContext(layout, segment, dates, i, order),
          },
        ),
      );
    }),
  );
  const days = found.map((candidate) => candidate.normalised).sort();
  return found.map((candidate, i) => ({
    ...candidate,
    features: {
      ...candidate.features,
      first: 1 / (1 + i),
      last: i === found.length - 1 ? 1 : 0,
      repeat: Math.log2(days.filter((day) => day === candidate.normalised).length),
      'date:earliest': candidate.normalised === days[0] ? 1 : 0,
      'date:latest': candidate.normalised === days.at(-1) ? 1 : 0,
      'date:recent': clamp((Number(candidate.normalised.slice(0, 4)) - 1990) / 40, 0, 1),
      ...nearFeatures(scope.near, candidate),
    },
  }));
}

/** The day as it counts: the first of its month, where days before `monthBefore` count by month. */
export function countedDay(iso: string, monthBefore: string | null): string {
  return monthBefore !== null && iso < monthBefore ? `${iso.slice(0, 8)}01` : iso;
}

function dateContext(
  layout: PageLayout,
  segment: Segment,
  dates: readonly SeenDate[],
  i: number,
  order: DateOrder,
): Features {
  const seen = dates[i];
  if (seen === undefined) return {};
  const after = segment.text.slice(seen.end);
  const next = rightOf(layout, segment)?.text ?? '';
  const row = layout.rows[segment.row] ?? [];
  const before = row[row.indexOf(segment) - 1]?.text ?? '';
  const joins = /^\s*(-|–|to|thru|through|bis|au|\/)\s*$/i;
  const startsRange =
    (dates[i + 1] !== undefined && joins.test(segment.text.slice(seen.end, dates[i + 1]?.start))) ||
    (dates[i + 1] === undefined && /^\s*[-–]?\s*$/.test(after) && /^\s*[-–]/.test(after + next)) ||
    (/^\s*$/.test(after) && i === dates.length - 1 && startsWithDate(next, order));
  const endsRange =
    (dates[i - 1] !== undefined && joins.test(segment.text.slice(dates[i - 1]?.end, seen.start))) ||
    (i === 0 && /^\s*[-–]\s*$/.test(segment.text.slice(0, seen.start))) ||
    (i === 0 && seen.start === 0 && endsWithDate(before, order));
  return {
    'date:startsRange': startsRange ? 1 : 0,
    'date:endsRange': endsRange ? 1 : 0,
    'date:stamp': isStamp(segment.text.slice(seen.start, seen.end), after) ? 1 : 0,
    'date:time': /^\W{0,4}\d{1,2}\s?:\s?\d{2}/.test(`${after} ${next}`) ? 1 : 0,
    alone: seen.end - seen.start >= segment.text.trim().length - 1 ? 1 : 0,
    'date:inText': segment.text.length - (seen.end - seen.start) > 45 ? 1 : 0,
  };
}

/** Whether a date is of a time stamp: the year before the month's name, or AM or PM behind it (`2010 JUN -2`, `93MAY 19 AM 8:48`). */
function isStamp(date: string, after: string): boolean {
  return /^\d{2,4}\s?[A-Z]{3}[\s+.-]*\d/.test(date) || /^[\s/]{0,3}[AP]\.?[MHN]?[\s./]{0,3}\d/.test(after);
}

function startsWithDate(text: string, order: DateOrder): boolean {
  return findDates(text, order)[0]?.start === 0;
}

function endsWithDate(text: string, order: DateOrder): boolean {
  const last = findDates(text, order).at(-1);
  return last !== undefined && /^\s*[-–]?\s*$/.test(text.slice(last.end));
}

/** Position of a date in relation to the one it is `near`: after it, beside it, as the end of the same range. */
function nearFeatures(near: Candidate | undefined, candidate: Candidate): Features {
  if (near === undefined) return {};
  const sameRow = near.layout === candidate.layout && near.segment.row === candidate.segment.row;
  const after =
    sameRow &&
    (candidate.segment.index > near.segment.index ||
      (candidate.segment === near.segment && candidate.start > near.start));
  return {
    'near:itself': near.segment === candidate.segment && near.start === candidate.start ? 1 : 0,
    'near:before': candidate.normalised < near.normalised ? 1 : 0,
    'near:same': candidate.normalised === near.normalised ? 1 : 0,
    'near:row': after ? 1 : 0,
    'near:next': after && candidate.segment.index - near.segment.index <= 1 ? 1 : 0,
    'near:below':
      near.layout === candidate.layout &&
      candidate.segment.row - near.segment.row === 1 &&
      Math.abs(candidate.box[0] - near.box[0]) < near.layout.lineHeightPx
        ? 1
        : 0,
  };
}
