import { sql, type RawBuilder } from 'kysely';
import { guard } from './database-failure.ts';
import type { Session } from './open-database.ts';

/** The consumer that writes the read model. */
export const ledgerConsumer = 'ledger';

export interface ConsumerOffset {
  readonly topic: string;
  readonly partition: number;
  /** The next offset to read. */
  readonly nextOffset: bigint;
}

/** Offsets of a consumer that stores them with what it writes, in the same transaction. */
export interface ConsumerOffsets {
  /**
   * The next offset to read; undefined before the first batch. Holds an exclusive lock of the consumer, for all its
   * partitions, until the transaction ends: the next holder reads what this one wrote.
   */
  lock(consumer: string, topic: string, partition: number): Promise<bigint | undefined>;
  find(consumer: string, topic: string, partition: number): Promise<bigint | undefined>;
  save(consumer: string, offset: ConsumerOffset): Promise<void>;
}

export function consumerOffsetsIn(session: Session): ConsumerOffsets {
  const select = (consumer: string, topic: string, partition: number) =>
    session
      .selectFrom('consumerOffsets')
      .select('nextOffset')
      .where('consumer', '=', consumer)
      .where('topic', '=', topic)
      .where('partition', '=', partition);
  return {
    find: (consumer, topic, partition) =>
      guard(async () => (await select(consumer, topic, partition).executeTakeFirst())?.nextOffset),
    lock: (consumer, topic, partition) =>
      guard(async () => {
        await sql`select ${consumerLock(consumer)}`.execute(session);
        return (await select(consumer, topic, partition).executeTakeFirst())?.nextOffset;
      }),
    save: (consumer, offset) =>
      guard(async () => {
        await session
          .insertInto('consumerOffsets')
          .values({ consumer, ...offset })
          .onConflict((conflict) =>
            conflict
              .columns(['consumer', 'topic', 'partition'])
              .doUpdateSet({ nextOffset: offset.nextOffset }),
          )
          .execute();
      }),
  };
}

/** Takes the exclusive lock of a consumer until the transaction ends, when it is evaluated. */
export function consumerLock(consumer: string): RawBuilder<unknown> {
  return sql`pg_advisory_xact_lock(hashtextextended(${consumer}, 0))`;
}
