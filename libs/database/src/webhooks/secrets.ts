import { sql } from 'kysely';
import { guard } from '../database-failure.ts';
import type { Session } from '../open-database.ts';

/** What a secret of a receiver is derived from. */
export interface WebhookSecret {
  readonly secretId: string;
  readonly tenantId: string;
  /** The id of an endpoint, or what stands for callbacks. */
  readonly receiver: string;
  readonly keyId: string;
  readonly createdAt: number;
  /** Milliseconds since the epoch; null: it is the current one. */
  readonly validUntil: number | null;
}

export interface WebhookSecrets {
  /** The current secret and the one before it, where that is valid yet; newest first. */
  valid(receivers: readonly string[]): Promise<readonly WebhookSecret[]>;
  /**
   * Adds the current secret. The one before it is valid for `graceMs` from now on, older ones no more. The caller holds a
   * lock that keeps two rotations of a receiver apart.
   */
  rotate(
    secret: Omit<WebhookSecret, 'createdAt' | 'validUntil'> & {
      readonly at: number;
      readonly graceMs: number;
    },
  ): Promise<void>;
  /** Keeps two callers of a receiver apart until the transaction ends. */
  lock(receiver: string): Promise<void>;
}

export function webhookSecretsIn(session: Session): WebhookSecrets {
  return {
    valid: (receivers) =>
      guard(async () => {
        if (receivers.length === 0) return [];
        return session
          .selectFrom('webhookSecrets')
          .selectAll()
          .where('receiver', 'in', [...receivers])
          .where((row) => row.or([row('validUntil', 'is', null), row('validUntil', '>', sql<number>`now()`)]))
          .orderBy('createdAt', 'desc')
          .execute();
      }),
    rotate: ({ at, graceMs, ...secret }) =>
      guard(async () => {
        const before = session
          .updateTable('webhookSecrets')
          .where('receiver', '=', secret.receiver)
          .where('tenantId', '=', secret.tenantId);
        await before
          .set({ validUntil: new Date(at) })
          .where('validUntil', '>', sql<number>`now()`)
          .execute();
        await before
          .set({ validUntil: new Date(at + graceMs) })
          .where('validUntil', 'is', null)
          .execute();
        await session
          .insertInto('webhookSecrets')
          .values({ ...secret, createdAt: new Date(at), validUntil: null })
          .execute();
      }),
    lock: (receiver) =>
      guard(async () => {
        await sql`select pg_advisory_xact_lock(hashtextextended(${`webhook-secret/${receiver}`}, 0))`.execute(
          session,
        );
      }),
  };
}
