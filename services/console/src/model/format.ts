/** Texts for people of numbers, in a language. */
export interface Format {
  number(value: number): string;
  /** `0.873` as `87 %`. */
  percent(share: number): string;
  bytes(count: number): string;
  /** A duration from milliseconds to days, with two units at most. */
  duration(ms: number): string;
  /** Date and time to the minute, in the zone of the reader. */
  time(iso: string): string;
  /** Hours and minutes, in the zone of the reader. */
  clock(iso: string): string;
  /** Date and time to the second. */
  exactTime(iso: string): string;
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

export function formatIn(language: string, timeZone?: string): Format {
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  const short = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
  const zone = timeZone === undefined ? {} : { timeZone };
  const minute = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', ...zone });
  const clock = new Intl.DateTimeFormat(language, { timeStyle: 'short', ...zone });
  const second = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium', ...zone });
  return {
    number: (value) => number.format(value),
    percent: (share) => percent.format(share),
    bytes: (count) => {
      const power = Math.min(byteUnits.length - 1, count < 1 ? 0 : Math.floor(Math.log10(count) / 3));
      return `${short.format(count / 1000 ** power)} ${byteUnits[power] ?? 'B'}`;
    },
    duration: (ms) => durationText(ms, (value) => short.format(value)),
    time: (iso) => minute.format(new Date(iso)),
    clock: (iso) => clock.format(new Date(iso)),
    exactTime: (iso) => second.format(new Date(iso)),
  };
}

function durationText(ms: number, show: (value: number) => string): string {
  if (ms === 0) return '0 s';
  if (ms < 1_000) return `${show(Math.round(ms))} ms`;
  const seconds = ms / 1_000;
  if (seconds < 60) return `${show(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return twoUnits([minutes, 'min'], [Math.floor(seconds % 60), 's']);
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return twoUnits([hours, 'h'], [minutes % 60, 'min']);
  return twoUnits([Math.floor(hours / 24), 'd'], [hours % 24, 'h']);
}

function twoUnits(first: readonly [number, string], second: readonly [number, string]): string {
  const text = `${first[0]} ${first[1]}`;
  return second[0] === 0 ? text : `${text} ${second[0]} ${second[1]}`;
}

/**
 * A code or name of the API as words: `TOTAL_MISMATCH` and `invoiceNumber` as `total mismatch` and `invoice number`. A
 * sentence is left as it is.
 */
export function wordsOf(name: string): string {
  if (name.includes(' ')) return name;
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/[_.-]+/g, ' ')
    .trim()
    .toLowerCase();
}
