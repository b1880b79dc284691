import { commands, usageError } from '@docfleet/command-line';

const unitSeconds: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

/** Longest duration that options take, in seconds. */
const maxSeconds = 30 * 86_400;

/** Seconds of a duration such as `90m`, `24h` or `7d`, the value of `option`. @throws UsageError */
export function secondsOf(option: string, text: string): number {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (unitSeconds[unit ?? ''] ?? NaN);
  if (seconds <= maxSeconds) return seconds;
  throw usageError(commands.operate, `--${option} takes a time up to 30d, as 0m, 90m, 24h, 7d, not ${text}`);
}

/** Milliseconds since the epoch of a time (ISO 8601), or of an age such as `90m` before `now`. @throws UsageError */
export function timeOf(option: string, text: string, now: number): number {
  if (/^\d{1,6}[mhd]$/.test(text)) return now - secondsOf(option, text) * 1000;
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw usageError(commands.operate, `--${option} takes a time or an age as 90m, 6h, 2d, not ${text}`);
}
