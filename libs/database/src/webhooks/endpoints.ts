import { guard } from '../database-failure.ts';
import type { Session } from '../open-database.ts';

/** Why an endpoint gets nothing: its tenant has said so, or it has answered 410. */
export type DisabledReason = 'caller' | 'gone';

/** Where a tenant's events are sent to. Times are milliseconds since the epoch. */
export interface WebhookEndpoint {
  readonly endpointId: string;
  readonly tenantId: string;
  readonly url: string;
  readonly description: string;
  /** Types of events, or `<kind>.*`; empty: all. */
  readonly filters: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Null: enabled. */
  readonly disabledAt: number | null;
  readonly disabledReason: DisabledReason | null;
}

export interface NewWebhookEndpoint extends Pick<
  WebhookEndpoint,
  'endpointId' | 'tenantId' | 'url' | 'description' | 'filters'
> {
  readonly at: number;
  /** keyId of the key that adds it. */
  readonly by: string;
}

export interface WebhookEndpointChange {
  readonly url?: string | undefined;
  readonly description?: string | undefined;
  readonly filters?: readonly string[] | undefined;
  readonly disabled?: boolean | undefined;
}

/** Endpoints that were deleted are never among them. */
export interface WebhookEndpoints {
  /** Oldest first. */
  list(tenantId: string, limit: number): Promise<readonly WebhookEndpoint[]>;
  find(endpointId: string): Promise<WebhookEndpoint | undefined>;
  add(endpoint: NewWebhookEndpoint): Promise<void>;
  change(endpointId: string, change: WebhookEndpointChange & { readonly at: number }): Promise<void>;
  /** The row stays until its retention is over; nothing is sent to it any more. */
  delete(endpointId: string, at: number): Promise<void>;
  /** Enabled endpoints of tenants. */
  enabled(tenantIds: readonly string[]): Promise<readonly WebhookEndpoint[]>;
  /** Disables one that is enabled; false when it is not any more. */
  disable(endpointId: string, reason: DisabledReason, at: number): Promise<boolean>;
}

const columns = [
  'endpointId',
  'tenantId',
  'url',
  'description',
  'filters',
  'createdAt',
  'updatedAt',
  'disabledAt',
  'disabledReason',
] as const;

export function webhookEndpointsIn(session: Session): WebhookEndpoints {
  const select = () => session.selectFrom('webhookEndpoints').select(columns).where('deletedAt', 'is', null);
  return {
    list: (tenantId, limit) =>
      guard(() =>
        select()
          .where('tenantId', '=', tenantId)
          .orderBy('createdAt')
          .orderBy('endpointId')
          .limit(limit)
          .execute(),
      ),
    find: (endpointId) => guard(() => select().where('endpointId', '=', endpointId).executeTakeFirst()),
    add: ({ at, by, filters, ...endpoint }) =>
      guard(async () => {
        await session
          .insertInto('webhookEndpoints')
          .values({
            ...endpoint,
            filters: [...filters],
            createdAt: new Date(at),
            createdBy: by,
            updatedAt: new Date(at),
            disabledAt: null,
            disabledReason: null,
            deletedAt: null,
          })
          .execute();
      }),
    change: (endpointId, { at, url, description, filters, disabled }) =>
      guard(async () => {
        await session
          .updateTable('webhookEndpoints')
          .set({
            updatedAt: new Date(at),
            ...(url !== undefined && { url }),
            ...(description !== undefined && { description }),
            ...(filters !== undefined && { filters: [...filters] }),
            ...(disabled !== undefined && {
              disabledAt: disabled ? new Date(at) : null,
              disabledReason: disabled ? ('caller' as const) : null,
            }),
          })
          .where('endpointId', '=', endpointId)
          .where('deletedAt', 'is', null)
          .execute();
      }),
    delete: (endpointId, at) =>
      guard(async () => {
        await session
          .updateTable('webhookEndpoints')
          .set({ deletedAt: new Date(at) })
          .where('endpointId', '=', endpointId)
          .where('deletedAt', 'is', null)
          .execute();
      }),
    enabled: (tenantIds) =>
      guard(async () => {
        if (tenantIds.length === 0) return [];
        return select()
          .where('tenantId', 'in', [...tenantIds])
          .where('disabledAt', 'is', null)
          .execute();
      }),
    disable: (endpointId, reason, at) =>
      guard(async () => {
        const { numUpdatedRows } = await session
          .updateTable('webhookEndpoints')
          .set({ disabledAt: new Date(at), disabledReason: reason })
          .where('endpointId', '=', endpointId)
          .where('disabledAt', 'is', null)
          .executeTakeFirst();
        return numUpdatedRows > 0n;
      }),
  };
}
