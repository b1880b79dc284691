import { clampTime } from '@docfleet/domain';
import { sql, type RawBuilder } from 'kysely';

/** A time, in milliseconds since the epoch, as a value to compare columns with: no stored time is outside 1970 to 9999. */
export function instant(time: number): RawBuilder<number> {
  return sql<number>`${new Date(clampTime(time))}::timestamptz`;
}
