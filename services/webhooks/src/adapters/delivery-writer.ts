import type { NewSetAsideRecord } from '@docfleet/contracts';
import {
  consumerOffsetsIn,
  erasedRunsIn,
  setAsideRecordsIn,
  tenantEventsIn,
  webhookDeliveriesIn,
  webhookEndpointsIn,
  type Database,
  type Session,
} from '@docfleet/database';
import type { TopicPartition } from '@docfleet/domain';
import type { Part, PartResult } from '@docfleet/projection';
import { planDeliveries, type DeliveryTimes } from '../core/plan-deliveries.ts';
import { eventOfTenant, type WebhookEvent } from '../core/webhook-event.ts';

/** Consumer group of webhooks, the name under which its offsets are stored, and that of its records set aside. */
export const readerName = 'webhooks';

/** Events of tenants that are taken in one transaction. */
const eventsAtOnce = 200;

/** What a record becomes: an event, or a row that sets it aside. */
export interface StoredEntry {
  readonly offset: bigint;
  readonly event?: WebhookEvent;
  readonly setAside?: NewSetAsideRecord;
}

/**
 * Stores deliveries: of a part of a topic with the offset behind it, or of events with the mark that they are taken, in
 * one transaction. All processes write one transaction at a time (advisory lock), so that the events of a batch are stored
 * in their order, and an erasure is not overtaken.
 */
export interface DeliveryWriter {
  nextOffset(at: TopicPartition): Promise<bigint | null>;
  write(at: TopicPartition, part: Part<StoredEntry>): Promise<PartResult>;
  /** Takes events of tenants; false when there were fewer than one transaction takes. */
  takeEvents(): Promise<boolean>;
  /** Stores what a record became that was set aside, and that it is no longer; false when nobody asks for it any more. */
  redrive(id: string, event: WebhookEvent, at: number): Promise<boolean>;
}

export function createDeliveryWriter(database: Database, times: DeliveryTimes): DeliveryWriter {
  return {
    nextOffset: async ({ topic, partition }) =>
      (await consumerOffsetsIn(database.session).find(readerName, topic, partition)) ?? null,
    write: (at, { from, entries, nextOffset }) =>
      database.transaction(async (session) => {
        const offsets = consumerOffsetsIn(session);
        const stored = (await offsets.lock(readerName, at.topic, at.partition)) ?? null;
        if (stored !== from && stored !== null) return { kind: 'offset-moved', nextOffset: stored };
        await store(
          session,
          entries.flatMap(({ event }) => event ?? []),
          times,
        );
        await setAsideRecordsIn(session, readerName).add(entries.flatMap(({ setAside }) => setAside ?? []));
        await offsets.save(readerName, { ...at, nextOffset });
        return { kind: 'written' };
      }),
    takeEvents: () =>
      database.transaction(async (session) => {
        await lock(session);
        const taken = await tenantEventsIn(session).untaken(eventsAtOnce);
        await store(session, taken.map(eventOfTenant), times);
        await tenantEventsIn(session).markTaken(taken.map(({ id }) => id));
        return taken.length === eventsAtOnce;
      }),
    redrive: (id, event, at) =>
      database.transaction(async (session) => {
        await lock(session);
        const records = setAsideRecordsIn(session, readerName);
        if ((await records.lockAsked(id)) === undefined) return false;
        await store(session, [event], times);
        await records.noteRedriven(id, at);
        return true;
      }),
  };
}

async function lock(session: Session): Promise<void> {
  await consumerOffsetsIn(session).lock(readerName, '', 0);
}

/** Stores the deliveries of events; of an erased run nothing is stored. */
async function store(session: Session, events: readonly WebhookEvent[], times: DeliveryTimes): Promise<void> {
  if (events.length === 0) return;
  const erased = await erasedRunsIn(session).among([...new Set(events.map(({ subject }) => subject))]);
  const kept = events.filter(({ subject }) => !erased.has(subject));
  const tenants = [...new Set(kept.map(({ tenantId }) => tenantId))];
  const endpoints = await webhookEndpointsIn(session).enabled(tenants);
  await webhookDeliveriesIn(session).add(kept.flatMap((event) => planDeliveries(event, endpoints, times)));
}
