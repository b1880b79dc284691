import { dateOrderOf, findDates, type Finding } from '@docfleet/domain';
import type { JudgedDocument } from './judged-document.ts';

/** Dates whose day and month only a guess tells apart: nothing on the pages says in which order they are written. */
export function dateOrderFindings({ documentClass, fields, pages }: JudgedDocument): readonly Finding[] {
  const dates = fields.fields.filter(({ type }) => type === 'date');
  const guessed = dates.filter(({ value }) =>
    findDates(value, documentClass.dateOrder).some(({ isAmbiguous }) => isAmbiguous),
  );
  if (guessed.length === 0) return [];
  const lines = pages.flatMap((page) => page.lines.map(({ text }) => text));
  if (dateOrderOf(lines, documentClass.dateOrder).isDecided) return [];
  return guessed.map(({ name }) => ({
    code: 'DATE_ORDER_UNDECIDED',
    severity: 'review',
    fields: [name],
    message: `Nothing says whether the day or the month of ${name} comes first.`,
  }));
}
