/**
 * The last millisecond of the year 9999 (UTC). A time of a record or of a request counts from 1970 to then: others cannot
 * be written in ISO 8601 with four digits for the year, so no client could read them.
 */
export const latestTime = 253_402_300_799_999;

/** Whether a number, in milliseconds since the epoch, is a time that can be written. */
export function isTime(ms: number): boolean {
  return ms >= 0 && ms <= latestTime;
}

/** The nearest time that can be written; the epoch for what is no number. */
export function clampTime(ms: number): number {
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), latestTime);
}

/** A time in ISO 8601, UTC. Never throws: one that cannot be written is the nearest that can. */
export function isoOf(ms: number): string {
  return new Date(clampTime(ms)).toISOString();
}

/** The UTC day of a time, `yyyy-mm-dd`; never throws, as `isoOf`. */
export function dayOf(ms: number): string {
  return isoOf(ms).slice(0, 10);
}
