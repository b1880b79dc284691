import { randomUUID } from 'node:crypto';
import {
  localCodec,
  topics,
  type NewSetAsideRecord,
  type TopicName,
  type TopicValues,
} from '@docfleet/contracts';
import {
  deliveryWorkIn,
  migrate,
  openDatabase,
  setAsideRecordsIn,
  webhookDeliveriesIn,
  webhookEndpointsIn,
  webhookSecretsIn,
  type Database,
} from '@docfleet/database';
import { systemClock } from '@docfleet/domain';
import { createMemoryCluster } from '@docfleet/memory-log';
import { createLog, createMetrics } from '@docfleet/telemetry';
import { createScratchDatabase, endpoints } from '@docfleet/testing';
import { parseAllowedHosts, secretOf, secretText } from '@docfleet/webhook-rules';
import { exportDeliveries } from '../src/adapters/delivery-metrics.ts';
import { createDeliveryWriter, readerName } from '../src/adapters/delivery-writer.ts';
import type { Resolve } from '../src/adapters/guarded-connections.ts';
import { readEndings } from '../src/adapters/read-endings.ts';
import { receiverBreakers } from '../src/adapters/receiver-breakers.ts';
import { createRedrives } from '../src/adapters/redrives.ts';
import { openMessageSender } from '../src/adapters/send-message.ts';
import type { Pauses } from '../src/core/judge-attempt.ts';
import { deliveryTablesIn } from '../src/deliver.ts';
import { createDeliveryLoop, type LoopLimits } from '../src/delivery-loop.ts';

const codec = localCodec();
const log = createLog({ service: 'webhooks', level: 'silent' });
const keys = [{ id: 'one', bytes: Buffer.alloc(32, 1) }];

/** How a process of webhooks differs from the usual one of a test. */
export interface ProcessOptions extends Partial<LoopLimits>, Partial<Pauses> {
  readonly resolve?: Resolve;
  readonly breakerOpenMs?: number;
  readonly endpointTimeoutMs?: number;
  readonly callbackTimeoutMs?: number;
  /** What may be connected to, besides public addresses; default: 127.0.0.1. */
  readonly allowed?: string;
}

export interface WebhooksOfTest {
  /** As the owner of the tables. */
  readonly database: Database;
  /** The login of the service. */
  readonly own: Database;
  readonly setAside: NewSetAsideRecord[];
  write<T extends 'documents.completed' | 'documents.failed'>(
    topic: T,
    ...values: readonly (TopicValues[T] & { readonly runId: string })[]
  ): Promise<void>;
  writeBytes(topic: TopicName, key: string, bytes: Buffer): Promise<void>;
  /** Reads topics and events into deliveries, as every process does; gives what stops it. */
  read(): Promise<() => Promise<void>>;
  takeEvents(): Promise<void>;
  redrive(): Promise<void>;
  /** Sends deliveries as one process does; gives what stops it. */
  send(options?: ProcessOptions): () => Promise<void>;
  addEndpoint(
    url: string,
    of?: { readonly tenantId?: string; readonly filters?: readonly string[] },
  ): Promise<string>;
  /** Makes a secret and gives it as receivers keep it. */
  rotate(receiver: string, tenantId?: string, graceMs?: number): Promise<string>;
  close(): Promise<void>;
}

export async function startWebhooksOfTest(): Promise<WebhooksOfTest> {
  const scratch = await createScratchDatabase(endpoints().postgres, migrate);
  const database = openDatabase(scratch.url);
  const own = openDatabase(scratch.urlFor('webhooks'), { role: 'webhooks', poolSize: 8 });
  await own.ready();
  const cluster = createMemoryCluster({
    clock: systemClock,
    topics: Object.fromEntries(topics.map((topic) => [topic.name, topic.partitions.local])),
  });
  const producer = cluster.log('stages');
  const writer = createDeliveryWriter(own, { endpointMs: 60_000, callbackMs: 60_000 });
  const metrics = exportDeliveries(createMetrics('webhooks'), log);
  const setAside: NewSetAsideRecord[] = [];
  const stops = new Set<() => Promise<void>>();
  const wakes = new Set<() => void>();
  const stoppable = (stop: () => Promise<void>): (() => Promise<void>) => {
    const once = async (): Promise<void> => {
      if (stops.delete(once)) await stop();
    };
    stops.add(once);
    return once;
  };
  const writeBytes = async (topic: TopicName, key: string, value: Buffer): Promise<void> => {
    await producer.produce([{ topic, key: Buffer.from(key), value, headers: {} }]);
  };
  return {
    database,
    own,
    setAside,
    writeBytes,
    write: async (topic, ...values) => {
      for (const value of values) await writeBytes(topic, value.runId, await codec.encode(topic, value));
    },
    read: async () => {
      const recordLog = cluster.log(`webhooks-${randomUUID()}`);
      const reader = await readEndings({
        recordLog,
        codec,
        writer,
        clock: systemClock,
        log,
        onSetAside: (records) => setAside.push(...records),
        onStored: () => {
          for (const wake of wakes) wake();
        },
        onLost: (error) => {
          throw error;
        },
      });
      return stoppable(async () => {
        await reader.close();
        await recordLog.close();
      });
    },
    takeEvents: async () => {
      await writer.takeEvents();
    },
    redrive: createRedrives({
      records: setAsideRecordsIn(own.session, readerName),
      recordLog: producer,
      codec,
      writer,
      clock: systemClock,
      log,
    }),
    send: (options = {}) => {
      const stopping = new AbortController();
      const breakers = receiverBreakers(options.breakerOpenMs ?? 300_000);
      const rule = {
        ...(parseAllowedHosts(options.allowed ?? '127.0.0.1') ?? { networks: [], hosts: new Set<string>() }),
        http: true,
      };
      const sender = openMessageSender({
        rule,
        resolve: options.resolve ?? (() => Promise.resolve(['127.0.0.1'])),
        now: () => systemClock.now(),
      });
      const loop = createDeliveryLoop(
        {
          tables: deliveryTablesIn(own.session),
          sender,
          breakers,
          keys,
          pauses: { firstMs: options.firstMs ?? 20, longestMs: options.longestMs ?? 50 },
          endpointTimeoutMs: options.endpointTimeoutMs ?? 10_000,
          callbackTimeoutMs: options.callbackTimeoutMs ?? 10_000,
          restMs: (options.breakerOpenMs ?? 300_000) / 10,
          holder: randomUUID(),
          random: Math.random,
          clock: systemClock,
          log,
          metrics,
        },
        {
          concurrency: options.concurrency ?? 64,
          perTenant: options.perTenant ?? 8,
          perReceiver: options.perReceiver ?? 4,
          leaseMs: options.leaseMs ?? 30_000,
          pollMs: options.pollMs ?? 20,
        },
      );
      const wake = (): void => {
        loop.wake();
      };
      wakes.add(wake);
      const run = loop.run(stopping.signal);
      return stoppable(async () => {
        stopping.abort(new Error('stopping'));
        wakes.delete(wake);
        await run;
        breakers.close();
        await sender.close();
      });
    },
    addEndpoint: async (url, { tenantId = 'acme', filters = [] } = {}) => {
      const endpointId = randomUUID();
      const at = 0;
      await webhookEndpointsIn(database.session).add({
        ...{ endpointId, tenantId, url, description: '', filters, at, by: 'test' },
      });
      return endpointId;
    },
    rotate: async (receiver, tenantId = 'acme', graceMs = 60_000) => {
      const secret = { secretId: randomUUID(), tenantId, receiver, keyId: 'one' };
      await webhookSecretsIn(database.session).rotate({ ...secret, at: systemClock.now(), graceMs });
      return secretText(secretOf(secret, keys) ?? Buffer.alloc(0));
    },
    close: async () => {
      await Promise.all([...stops].map((stop) => stop()));
      await producer.close();
      await Promise.all([own.close(), database.close()]);
      await scratch.drop();
    },
  };
}

/** Deliveries of a tenant as it sees them, oldest first. */
export async function deliveriesOf({ database }: WebhooksOfTest, tenantId = 'acme') {
  const found = await webhookDeliveriesIn(database.session).list({ tenantId, limit: 1_000 });
  return found.toReversed();
}

export const work = ({ own }: WebhooksOfTest) => deliveryWorkIn(own.session);
