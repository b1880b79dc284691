import { wrap } from '../columns.ts';
import type { Life, Moment } from './moment.ts';

const width = 100;

/** The history of a run as lines of at most 100 columns. */
export function printLife({ runId, run, moments, troubles }: Life): readonly string[] {
  return [
    `run ${runId}`,
    ...(run === null
      ? ['The database has no row of this run.']
      : [
          `tenant ${run.tenantId}, request ${run.requestId ?? '-'}, lane ${run.lane}`,
          `revision ${run.revision}: ${run.status}` +
            (run.stage === null ? '' : ` at ${run.stage}`) +
            (run.failureCode === null ? '' : `, ${run.failureCode}`),
        ]),
    ...troubles.map((trouble) => `! ${trouble}`),
    ...days(moments),
  ];
}

/** A heading for each UTC day, then its moments. */
function days(moments: readonly Moment[]): readonly string[] {
  const lines: string[] = [];
  let day = '';
  for (const moment of moments) {
    const [date = '', time = ''] = new Date(moment.at).toISOString().split('T');
    if (date !== day) lines.push('', `${date} (UTC)`);
    day = date;
    lines.push(...linesOf(moment, time.slice(0, 12)));
  }
  return lines;
}

/** The event on one line with its details, if they fit; then its location. */
function linesOf({ from, revision, who, what, detail, place }: Moment, time: string): readonly string[] {
  const began = [time, from.padEnd(8), (revision === null ? '' : `r${revision}`).padEnd(2)].join('  ');
  const head = `${began}  ${`${who} ${what}`.padEnd(30)}`;
  const indent = ' '.repeat(began.length + 2);
  const below = (text: string): readonly string[] =>
    wrap(text, width - indent.length).map((line) => `${indent}${line}`);
  const fits = head.length + 2 + detail.length <= width;
  return fits
    ? [`${head}  ${detail}`.trimEnd(), ...below(place)]
    : [head.trimEnd(), ...below(detail), ...below(place)];
}
