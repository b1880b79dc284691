import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { migrate, openDatabase, webhookDeliveriesIn, webhookEndpointsIn } from '@docfleet/database';
import { openKafkaLog } from '@docfleet/kafka';
import { openRegistryCodec } from '@docfleet/registry';
import { createScratchDatabase, endpoints, hangGuardMs, until } from '@docfleet/testing';
import { afterEach, expect, it } from 'vitest';
import { completedEvent } from './endings.ts';
import { startReceiver } from './receiver.ts';

const children: ChildProcess[] = [];
afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => stop(child, 'SIGTERM')));
});

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The service as it is deployed, ready. */
async function start(databaseUrl: string): Promise<ChildProcess> {
  const { broker, registry } = endpoints();
  const port = await freePort();
  const child = spawn(
    process.execPath,
    ['--conditions=docfleet-source', resolve(import.meta.dirname, '../src/main.ts')],
    {
      stdio: 'ignore',
      env: {
        KAFKA_BROKERS: broker,
        SCHEMA_REGISTRY_URL: registry,
        DATABASE_WEBHOOKS_URL: databaseUrl,
        WEBHOOK_SECRET_KEYS: `test=${Buffer.alloc(32).toString('base64')}`,
        WEBHOOK_ALLOWED_HOSTS: '127.0.0.1',
        WEBHOOK_ALLOW_HTTP: 'true',
        WEBHOOK_TIMEOUT_MS: '1000',
        CALLBACK_TIMEOUT_MS: '1000',
        WEBHOOK_POLL_MS: '50',
        // The shortest that the broker takes: until then the killed process keeps its partitions.
        SESSION_TIMEOUT_MS: '6000',
        HTTP_PORT: String(port),
        TOPICS_PRESET: 'local',
      },
    },
  );
  children.push(child);
  const url = `http://127.0.0.1:${port}/ready`;
  await until(
    'webhooks is ready',
    async () => (await fetch(url).catch(() => undefined))?.ok === true,
    120_000,
  );
  return child;
}

it(
  'A-05: a process that is killed while it sends loses nothing, and its work is taken over in order',
  { timeout: 4 * hangGuardMs },
  async () => {
    const scratch = await createScratchDatabase(endpoints().postgres, migrate);
    const database = openDatabase(scratch.url);
    const receiver = await startReceiver();
    const log = openKafkaLog({ brokers: [endpoints().broker], clientId: 'webhooks-killed' });
    try {
      const codec = openRegistryCodec({ url: endpoints().registry });
      const tenantId = `t-${randomUUID().slice(0, 8)}`;
      await webhookEndpointsIn(database.session).add({
        ...{
          endpointId: randomUUID(),
          tenantId,
          url: receiver.url,
          description: '',
          filters: [],
          at: 0,
          by: 'k',
        },
      });
      const runs = Array.from({ length: 6 }, () => randomUUID());
      for (const revision of [1, 2, 3]) {
        for (const runId of runs) {
          const end = completedEvent({ tenantId, runId, revision, outcomeId: `${runId}/${revision}` });
          const value = await codec.encode('documents.completed', end);
          await log.produce([{ topic: 'documents.completed', key: Buffer.from(runId), value, headers: {} }]);
        }
      }
      let answered = 0;
      // The first process is killed while it waits for answers.
      receiver.answer = () => {
        answered += 1;
        return answered <= 7 ? 200 : 'silence';
      };
      const first = await start(scratch.urlFor('webhooks'));
      await until('it waits for an answer', () => Promise.resolve(answered > 7));
      await stop(first, 'SIGKILL');
      receiver.answer = () => 200;
      await start(scratch.urlFor('webhooks'));
      await until('all are delivered', async () => {
        const found = await webhookDeliveriesIn(database.session).list({
          tenantId,
          state: 'delivered',
          limit: 100,
        });
        return found.length === 18;
      });
      const ids = new Set(receiver.arrived.map(({ id }) => id));
      expect(ids.size).toBe(18);
      for (const runId of runs) {
        const revisions = receiver.arrived
          .filter(({ data }) => data['runId'] === runId)
          .map(({ data }) => Number(data['revision']));
        expect(revisions).toEqual(revisions.toSorted());
      }
    } finally {
      await log.close();
      await receiver.close();
      await database.close();
      await scratch.drop();
    }
  },
);
