import { sql, type RawBuilder } from 'kysely';

/** A time, in milliseconds since the epoch, as a value to compare columns with. */
export function instant(time: number): RawBuilder<number> {
  return sql<number>`${new Date(time)}::timestamptz`;
}
