import type { ClaimedDelivery, DeliveryWork, Settlement, WebhookEndpoint } from '@docfleet/database';
import { FailureError, partitionName, type Clock, type TopicPartition } from '@docfleet/domain';
import type { PartResult } from '@docfleet/projection';
import type { DeliveryWriter } from '../../src/adapters/delivery-writer.ts';
import { planDeliveries, type PlannedEndpoint } from '../../src/core/plan-deliveries.ts';
import type { DeliveryTables } from '../../src/deliver.ts';

/** A delivery as it is stored. */
export interface StoredDelivery {
  readonly deliveryId: string;
  readonly tenantId: string;
  readonly receiver: string;
  readonly url: string | null;
  readonly type: string;
  readonly subject: string;
  readonly position: bigint;
  readonly body: string;
  readonly expiresAt: number;
  readonly begunAt: number;
  state: 'pending' | Settlement['state'];
  attempts: number;
  dueAt: number;
  holder: string | null;
}

/** The tables of webhooks in memory: each call takes time, may fail, and its answer may be lost after it was executed. */
export class MemoryTables {
  readonly deliveries = new Map<string, StoredDelivery>();
  readonly #offsets = new Map<string, bigint>();
  readonly #clock: Clock;
  readonly #endpoints: readonly PlannedEndpoint[];
  readonly #latencyMs: () => number;
  isDown = false;
  answersToLose = 0;

  constructor(clock: Clock, endpoints: readonly PlannedEndpoint[], latencyMs: () => number) {
    this.#clock = clock;
    this.#endpoints = endpoints;
    this.#latencyMs = latencyMs;
  }

  /** As a process uses them that has this clock: it gets no answer once it was killed. */
  of(process: Clock): { readonly tables: DeliveryTables; readonly writer: DeliveryWriter } {
    const call = <T>(action: () => T): Promise<T> => this.#call(process, action);
    const tables: DeliveryTables = {
      work: {
        claim: (claim) => call(() => this.#claim(claim)),
        settle: ({ deliveryId, holder }, _, settlement) =>
          call(() => {
            const row = this.#held(deliveryId, holder);
            if (row === undefined) return false;
            row.state = settlement.state;
            row.attempts += 1;
            row.holder = null;
            if (settlement.state === 'pending') row.dueAt = this.#clock.now() + settlement.afterMs;
            return true;
          }),
        release: ({ deliveryId, holder }, afterMs) =>
          call(() => {
            const row = this.#held(deliveryId, holder);
            if (row === undefined) return;
            row.holder = null;
            row.dueAt = this.#clock.now() + afterMs;
          }),
      },
      endpoints: {
        find: (endpointId) =>
          call((): WebhookEndpoint | undefined => {
            const found = this.#endpoints.find((each) => each.endpointId === endpointId);
            if (found === undefined) return undefined;
            const url = `https://${endpointId}.example`;
            const rest = { url, description: '', updatedAt: 0, disabledAt: null, disabledReason: null };
            return { ...found, filters: [...found.filters], ...rest };
          }),
        disable: () => call(() => false),
      },
      secrets: { valid: () => call(() => []) },
    };
    const writer: DeliveryWriter = {
      nextOffset: (at) => call(() => this.#offsets.get(partitionName(at)) ?? null),
      write: (at, part) => call(() => this.#write(at, part)),
      takeEvents: () => Promise.resolve(false),
      redrive: () => Promise.resolve(false),
    };
    return { tables, writer };
  }

  #write(
    at: TopicPartition,
    { from, entries, nextOffset }: Parameters<DeliveryWriter['write']>[1],
  ): PartResult {
    const stored = this.#offsets.get(partitionName(at)) ?? null;
    if (stored !== from && stored !== null) return { kind: 'offset-moved', nextOffset: stored };
    const times = { endpointMs: 86_400_000, callbackMs: 86_400_000 };
    for (const { event } of entries) {
      if (event === undefined) continue;
      for (const { expiresInMs, ...planned } of planDeliveries(event, this.#endpoints, times)) {
        const now = this.#clock.now();
        const row = { ...planned, expiresAt: now + expiresInMs, begunAt: now, dueAt: now };
        // As the primary key of the table: a second delivery of an event to a receiver is none.
        if (!this.deliveries.has(row.deliveryId))
          this.deliveries.set(row.deliveryId, { ...row, state: 'pending', attempts: 0, holder: null });
      }
    }
    this.#offsets.set(partitionName(at), nextOffset);
    return { kind: 'written' };
  }

  #claim({
    holder,
    leaseMs,
    limit,
    perTenant,
    perReceiver,
    busy,
    resting,
  }: Parameters<DeliveryWork['claim']>[0]): readonly ClaimedDelivery[] {
    const now = this.#clock.now();
    const pending = [...this.deliveries.values()].filter(({ state }) => state === 'pending');
    const isFirst = (row: StoredDelivery): boolean =>
      pending.every(
        (other) =>
          other.receiver !== row.receiver || other.subject !== row.subject || other.position >= row.position,
      );
    const tenants = new Map(busy);
    const receivers = new Map<string, number>();
    return pending
      .filter((row) => row.dueAt <= now && !resting.includes(row.receiver) && isFirst(row))
      .toSorted((a, b) => a.dueAt - b.dueAt)
      .filter(({ tenantId, receiver }) => {
        const [ofTenant, ofReceiver] = [tenants.get(tenantId) ?? 0, receivers.get(receiver) ?? 0];
        if (ofTenant >= perTenant || ofReceiver >= perReceiver) return false;
        tenants.set(tenantId, ofTenant + 1);
        receivers.set(receiver, ofReceiver + 1);
        return true;
      })
      .slice(0, limit)
      .map((row) => {
        row.holder = holder;
        row.dueAt = now + leaseMs;
        return { ...row, ageMs: now - row.begunAt, expiresInMs: row.expiresAt - now };
      });
  }

  #held(deliveryId: string, holder: string): StoredDelivery | undefined {
    const row = this.deliveries.get(deliveryId);
    return row?.holder === holder && row.state === 'pending' ? row : undefined;
  }

  #call<T>(process: Clock, action: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#clock.after(this.#latencyMs(), () => {
        const fail = (): void => {
          reject(new FailureError('DATABASE_UNAVAILABLE'));
        };
        if (this.isDown) {
          process.after(this.#latencyMs(), fail);
          return;
        }
        const value = action();
        if (this.answersToLose > 0) {
          this.answersToLose -= 1;
          process.after(this.#latencyMs(), fail);
          return;
        }
        process.after(this.#latencyMs(), () => {
          resolve(value);
        });
      });
    });
  }
}
