import type { RecordCodec, TopicName, TopicValues } from '@docfleet/contracts';
import type { Leases, Outbox, UnsentRecord } from '@docfleet/database';
import { isRecordRefused, sleep, toFailure, type Clock } from '@docfleet/domain';
import type { Log, Metrics } from '@docfleet/telemetry';
import type { Publisher } from './adapters/publisher.ts';

export interface OutboxSenderParts {
  readonly outbox: Outbox;
  readonly leases: Leases;
  readonly publisher: Pick<Publisher, 'republish'>;
  readonly codec: Pick<RecordCodec, 'encode'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'gauge'>;
  /** Names this process to the others. */
  readonly holder: string;
}

/** Sends what waits in the outbox. One process at a time sends, so that the records of a key keep their order. */
export interface OutboxSender {
  /**
   * Sends what waits now, if no other process does, and returns how many. What can never be sent is set aside; at every
   * other failure it stops, and throws it.
   */
  sendOnce(): Promise<number>;
  /** Sends at once, instead of at the next interval. */
  wake(): void;
  /** Sends until `stopping` aborts. */
  run(stopping: AbortSignal): Promise<void>;
}

const leaseName = 'outbox';

/**
 * Lease of a sender, in milliseconds: for so long nothing is sent after its process has died without giving the lease back. A
 * sender extends it while it sends, also while the broker takes its time.
 */
const leaseMs = 15_000;

/** Interval of extending it, in milliseconds: it may fail twice. */
const extendEveryMs = 5_000;

const intervalMs = 1_000;

/** Records read at a time. */
const pageSize = 100;

/** How long sent records are kept, for looking back, in milliseconds. */
const keptMs = 7 * 24 * 60 * 60 * 1_000;

/** Interval of removing them, in milliseconds. */
const removeEveryMs = 60 * 60 * 1_000;

export function createOutboxSender(parts: OutboxSenderParts): OutboxSender {
  const { outbox, leases, clock, log, holder } = parts;
  const measure = measureBacklog(parts);
  let woken = Promise.withResolvers<undefined>();
  let removedAt = 0;

  /** Extends the lease until the signal aborts; resolves earlier when it is lost, or the database does not answer. */
  const keepLease = async (until: AbortSignal): Promise<void> => {
    do await sleep(clock, extendEveryMs, until);
    while (await leases.take(leaseName, holder, leaseMs));
  };
  const sendPage = async (): Promise<number> => {
    if (!(await leases.take(leaseName, holder, leaseMs))) return 0;
    const sending = new AbortController();
    const lease = { isLost: false };
    const keeping = keepLease(sending.signal)
      .catch(() => undefined)
      .then(() => {
        lease.isLost = true;
      });
    try {
      const records = await outbox.unsent(pageSize);
      for (const [sent, record] of records.entries()) {
        if (lease.isLost) return sent;
        await send(parts, record);
      }
      return records.length;
    } finally {
      sending.abort();
      await keeping;
    }
  };
  const sendOnce = async (): Promise<number> => {
    try {
      let sent = 0;
      for (;;) {
        const page = await sendPage();
        sent += page;
        if (page < pageSize) return sent;
      }
    } finally {
      await measure();
    }
  };
  const removeSent = async (): Promise<void> => {
    if (clock.now() - removedAt < removeEveryMs) return;
    removedAt = clock.now();
    await outbox.removeSentBefore(clock.now() - keptMs);
  };

  return {
    sendOnce,
    wake: () => {
      woken.resolve(undefined);
    },
    run: async (stopping) => {
      while (!stopping.aborted) {
        woken = Promise.withResolvers();
        try {
          await sendOnce();
          await removeSent();
        } catch (error) {
          log.warn('Records of the outbox wait; trying again every second', { reason: String(error) });
        }
        await Promise.race([woken.promise, sleep(clock, intervalMs, stopping).catch(() => undefined)]);
      }
      await leases.release(leaseName, holder).catch(() => undefined);
    },
  };
}

async function send(
  { outbox, publisher, codec, clock, log }: OutboxSenderParts,
  { id, topic, key, headers, content }: UnsentRecord,
): Promise<void> {
  /** It must not hold the others. */
  const setAside = async (why: string, error: unknown): Promise<void> => {
    log.error(`A record of the outbox ${why} and is set aside`, error, { outboxId: String(id), topic });
    await outbox.setAside(id, String(error));
  };
  let value: Buffer | null;
  try {
    value = content === null || Buffer.isBuffer(content) ? content : await encodeValue(codec, topic, content);
  } catch (error) {
    if (toFailure(error).code === 'REGISTRY_UNAVAILABLE') throw error;
    await setAside('fits no schema', error);
    return;
  }
  try {
    await publisher.republish([{ topic, key: Buffer.from(key), value, headers }]);
  } catch (error) {
    if (!isRecordRefused(error)) throw error;
    await setAside('is refused by the broker', error);
    return;
  }
  await outbox.markSent(id, clock.now());
}

/** The database gives back what was stored for this topic. */
function encodeValue(codec: OutboxSenderParts['codec'], topic: string, content: object): Promise<Buffer> {
  const name = topic as TopicName;
  return codec.encode(name, content as TopicValues[typeof name]);
}

function measureBacklog({ outbox, clock, metrics }: OutboxSenderParts): () => Promise<void> {
  const records = metrics.gauge(
    'docfleet_outbox_unsent',
    'Records of the outbox that wait, or cannot be sent.',
  );
  const age = metrics.gauge('docfleet_outbox_oldest_seconds', 'Age of the oldest of them; 0 without one.');
  return async () => {
    try {
      const backlog = await outbox.backlog();
      records.set({}, backlog.records);
      age.set({}, backlog.since === null ? 0 : (clock.now() - backlog.since) / 1_000);
    } catch {
      // The database is away, which other metrics show.
    }
  };
}
