import {
  connectionProblems,
  databaseConnection,
  kafkaConnection,
  registryConnection,
} from '@docfleet/connections';
import { deliveryWorkIn, openDatabase, setAsideRecordsIn } from '@docfleet/database';
import { systemClock } from '@docfleet/domain';
import { openKafkaLog } from '@docfleet/kafka';
import { openRegistryApi, openRegistryCodec } from '@docfleet/registry';
import { repeat, serveReader } from '@docfleet/service';
import { createLog, createMetrics, exportCertificateEnds } from '@docfleet/telemetry';
import { randomUUID } from 'node:crypto';
import { exportDeliveries } from './adapters/delivery-metrics.ts';
import { createDeliveryWriter, readerName } from './adapters/delivery-writer.ts';
import { askNameServers } from './adapters/guarded-connections.ts';
import { readEndings } from './adapters/read-endings.ts';
import { receiverBreakers } from './adapters/receiver-breakers.ts';
import { createRedrives } from './adapters/redrives.ts';
import { openMessageSender } from './adapters/send-message.ts';
import type { WebhooksSettings } from './config.ts';
import { deliveryTablesIn } from './deliver.ts';
import { createDeliveryLoop } from './delivery-loop.ts';

/** Interval of counts, and of looks for what is past its time, in milliseconds. */
const checkIntervalMs = 10_000;

/** Deliveries that are given up in one statement. */
const givenUpAtOnce = 1_000;

/** Time beyond the time limit of an attempt after which another process takes a delivery over, in milliseconds. */
const leaseMarginMs = 5_000;

/** A partition that every deployment has. */
const endingsPartition = { topic: 'documents.completed', partition: 0 };

/**
 * Reads how runs end and what else happens to tenants, and sends webhooks and callbacks, until `stopping` aborts. Waits
 * for servers that are not available.
 *
 * @throws the error that ended the group membership permanently
 */
export async function runWebhooks(settings: WebhooksSettings, stopping: AbortSignal): Promise<void> {
  const clock = systemClock;
  const log = createLog({ service: 'webhooks', level: settings.LOG_LEVEL });
  const metrics = createMetrics('webhooks');
  exportCertificateEnds(metrics, settings);
  const problems = connectionProblems({
    now: () => clock.now(),
    log: (line) => {
      log.error(line);
    },
  });
  const database = openDatabase(settings.DATABASE_WEBHOOKS_URL, {
    ...databaseConnection(settings, 'DATABASE_WEBHOOKS_URL', problems),
    role: 'webhooks',
    poolSize: settings.DATABASE_POOL_SIZE,
  });
  const registryAt = registryConnection(settings, problems);
  const codec = openRegistryCodec(registryAt);
  const registry = openRegistryApi(registryAt.url, registryAt);
  const recordLog = openKafkaLog({
    ...kafkaConnection(settings, problems),
    clientId: `webhooks-${process.pid}`,
    sessionTimeoutMs: settings.SESSION_TIMEOUT_MS,
    onUnreadable: (partitions) => {
      metrics.unreadablePartitions.set({}, partitions);
    },
    log: (level, message, facts) => {
      if (level === 'error') log.error(message, undefined, facts);
      else log[level](message, facts);
    },
  });
  const ended = new AbortController();
  const until = AbortSignal.any([stopping, ended.signal]);
  const shown = exportDeliveries(metrics, log);
  const times = { endpointMs: settings.WEBHOOK_EXPIRY_MS, callbackMs: settings.CALLBACK_EXPIRY_MS };
  const writer = createDeliveryWriter(database, times);
  const rule = { ...settings.WEBHOOK_ALLOWED_HOSTS, http: settings.WEBHOOK_ALLOW_HTTP };
  const sender = openMessageSender({ rule, resolve: askNameServers(), now: () => clock.now() });
  const breakers = receiverBreakers(settings.WEBHOOK_BREAKER_OPEN_MS);
  const loop = createDeliveryLoop(
    {
      tables: deliveryTablesIn(database.session),
      sender,
      breakers,
      keys: settings.WEBHOOK_SECRET_KEYS,
      pauses: { firstMs: settings.WEBHOOK_FIRST_PAUSE_MS, longestMs: settings.WEBHOOK_LONGEST_PAUSE_MS },
      endpointTimeoutMs: settings.WEBHOOK_TIMEOUT_MS,
      callbackTimeoutMs: settings.CALLBACK_TIMEOUT_MS,
      restMs: settings.WEBHOOK_BREAKER_OPEN_MS / 10,
      holder: randomUUID(),
      random: Math.random,
      clock,
      log,
      metrics: shown,
    },
    {
      concurrency: settings.WEBHOOK_CONCURRENCY,
      perTenant: settings.WEBHOOK_CONCURRENCY_PER_TENANT,
      perReceiver: settings.WEBHOOK_CONCURRENCY_PER_RECEIVER,
      leaseMs: Math.max(settings.WEBHOOK_TIMEOUT_MS, settings.CALLBACK_TIMEOUT_MS) + leaseMarginMs,
      pollMs: settings.WEBHOOK_POLL_MS,
    },
  );

  const served = await serveReader({
    service: 'webhooks',
    settings,
    partition: endingsPartition,
    recordLog,
    database,
    registry,
    problems,
    metrics,
    log,
    clock,
    until,
    onChecked: (seconds) => {
      shown.oldestUnread(seconds);
    },
  });
  const reader = await readEndings({
    recordLog,
    codec,
    writer,
    clock,
    log,
    onSetAside: (records) => {
      shown.setAside(records);
    },
    onStored: () => {
      loop.wake();
    },
    onLost: (error) => {
      ended.abort(error);
    },
  });
  served.attach(reader);
  const records = setAsideRecordsIn(database.session, readerName);
  const redrive = createRedrives({ records, recordLog, codec, writer, clock, log });
  await Promise.all([
    served.checking,
    loop.run(until),
    repeat({ what: 'Taking of events', everyMs: settings.WEBHOOK_POLL_MS, log, until }, async () => {
      while (!until.aborted && (await writer.takeEvents())) loop.wake();
    }),
    repeat({ what: 'Giving up of deliveries', everyMs: checkIntervalMs, log, until }, async () => {
      const count = await deliveryWorkIn(database.session).giveUp(givenUpAtOnce);
      if (count > 0) shown.ended('failed', count);
    }),
    repeat({ what: 'Redrive of records set aside', everyMs: checkIntervalMs, log, until }, async () => {
      await redrive();
      shown.waitingSetAside(await records.waiting());
      shown.backlog(await deliveryWorkIn(database.session).backlog(breakers.open()));
    }),
  ]);

  log.info('Stopping: storing the current batch');
  await reader.close();
  breakers.close();
  await Promise.allSettled([sender.close(), recordLog.close(), database.close(), served.close()]);
  log.info('Stopped');
  if (ended.signal.aborted && !stopping.aborted) ended.signal.throwIfAborted();
}
