import { randomUUID } from 'node:crypto';
import { migrate, openDatabase } from '@docfleet/database';
import { openKafkaLog } from '@docfleet/kafka';
import { openRegistryCodec } from '@docfleet/registry';
import { createScratchDatabase, endpoints, until } from '@docfleet/testing';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { eventOf } from './facts.ts';
import { startService } from './fleet-process.ts';

test('R-06: /health of a ledger whose writes do not return fails while the database answers, and is well once they do', async () => {
  const scratch = await createScratchDatabase(endpoints().postgres, migrate);
  const owner = openDatabase(scratch.url);
  const recordLog = openKafkaLog({ brokers: [endpoints().broker], clientId: 'health-live' });
  const codec = openRegistryCodec({ url: endpoints().registry });
  const ledger = await startService('ledger', {
    DATABASE_PIPELINE_URL: scratch.urlFor('pipeline'),
    READER_STUCK_AFTER_MS: '2000',
  });
  onTestFinished(async () => {
    await ledger.stop();
    await recordLog.close();
    await owner.close();
    await scratch.drop();
  });

  const topic = 'documents.events';
  const runId = randomUUID();
  await owner.session.transaction().execute(async (transaction) => {
    await sql`lock table runs in access exclusive mode`.execute(transaction);
    const value = await codec.encode(topic, eventOf('ocr', 'finished', { runId, requestId: runId }));
    await recordLog.produce([{ topic, key: Buffer.from(runId), value, headers: {} }]);
    await until('/health fails', async () => (await ledger.health()).status === 503, 60_000);
    expect((await ledger.health()).body).toContain('the oldest unread record has not moved for');
  });
  await until('/health is well again', async () => (await ledger.health()).status === 200, 60_000);
}, 180_000);
