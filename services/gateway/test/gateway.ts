import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localCodec, topics, type RecordCodec } from '@docfleet/contracts';
import { apiKeysIn, type Database, migrate, openDatabase, type Runs, runsIn } from '@docfleet/database';
import { systemClock, type Role } from '@docfleet/domain';
import { createMemoryCluster, type MemoryCluster } from '@docfleet/memory-log';
import { openObjectStore, type ObjectStore } from '@docfleet/objects';
import type { RecordLog } from '@docfleet/record-log';
import { createLog, createMetrics, healthy } from '@docfleet/telemetry';
import { createScratchDatabase, endpoints } from '@docfleet/testing';
import { cacheKeyHolders } from '../src/adapters/key-holders.ts';
import { openPublisher, type Publisher } from '../src/adapters/publisher.ts';
import { createRecentRuns } from '../src/adapters/recent-runs.ts';
import { createDeadLetterService } from '../src/dead-letters.ts';
import { buildApi } from '../src/http/build-api.ts';
import type { Api } from '../src/http/parts.ts';

/** A gateway with a real database, a real object store and an in-memory log. */
export interface TestGateway {
  readonly url: string;
  readonly cluster: MemoryCluster;
  readonly codec: RecordCodec;
  readonly runs: Runs;
  readonly database: Database;
  readonly store: ObjectStore;
  readonly publisher: Publisher;
  readonly spoolFolder: string;
  /** `refusing` makes every write to the log fail, `silent` leaves it unanswered. */
  logIs: 'up' | 'refusing' | 'silent';
  /** `down` makes every use of the database fail. */
  databaseIs: 'up' | 'down';
  keyOf(tenantId: string, role: Role): Promise<string>;
  close(): Promise<void>;
}

export const maxUploadBytes = 200_000;

export async function startGateway(): Promise<TestGateway> {
  const { postgres, s3 } = endpoints();
  const scratch = await createScratchDatabase(postgres, migrate);
  const database = openDatabase(scratch.url);
  const absent = openDatabase('postgres://docfleet@127.0.0.1:1/none', { connectTimeoutMs: 200 });
  const store = openObjectStore(s3);
  const spoolFolder = await mkdtemp(join(tmpdir(), 'docfleet-gateway-'));
  const clock = systemClock;
  const cluster = createMemoryCluster({
    clock,
    topics: Object.fromEntries(topics.map((topic) => [topic.name, topic.partitions.local])),
  });
  const recordLog = cluster.log('gateway');
  const codec = localCodec();
  const log = createLog({ service: 'gateway', level: 'silent' });

  const state: Pick<TestGateway, 'logIs' | 'databaseIs'> = { logIs: 'up', databaseIs: 'up' };
  const produce: RecordLog['produce'] = (records) => {
    switch (state.logIs) {
      case 'up':
        return recordLog.produce(records);
      case 'refusing':
        return Promise.reject(new Error('no leader'));
      case 'silent':
        return new Promise(() => undefined);
    }
  };
  const live = () => (state.databaseIs === 'up' ? database : absent);
  const runs = delegateTo(() => runsIn(live().session));
  const publisher = openPublisher({
    recordLog: { produce },
    codec,
    clock,
    preset: 'local',
    shards: Number.MAX_SAFE_INTEGER,
    timeoutMs: 300,
  });
  const recentRuns = createRecentRuns();
  const api: Api = await buildApi({
    intake: {
      runs,
      store,
      publisher,
      recentRuns,
      clock,
      log,
      region: 'north',
      maxBytes: maxUploadBytes,
      sourceBuckets: undefined,
    },
    runs,
    recentRuns,
    keyHolders: cacheKeyHolders({ find: (hash) => apiKeysIn(live().session).find(hash) }, clock),
    publisher,
    store,
    deadLetters: createDeadLetterService({
      database: live,
      recordLog,
      codec,
      store,
      publisher,
      clock,
      log,
      region: 'north',
    }),
    clock,
    log,
    metrics: createMetrics('gateway'),
    spoolFolder,
    maxUploadBytes,
    rateLimitPerMinute: 1_000,
    live: () => healthy,
    ready: () => Promise.resolve(healthy),
  });
  const url = await api.listen({ host: '127.0.0.1', port: 0 });
  return Object.assign(state, {
    url,
    cluster,
    codec,
    runs: runsIn(database.session),
    database,
    store,
    publisher,
    spoolFolder,
    keyOf: (tenantId: string, role: Role) =>
      apiKeysIn(database.session).create({ tenantId, role, at: clock.now() }),
    close: async () => {
      await api.close();
      await Promise.all([database.close(), absent.close(), recordLog.close()]);
      store.close();
      await scratch.drop();
      await rm(spoolFolder, { recursive: true });
    },
  });
}

/** An object that delegates each call to the object that `current` returns then. */
function delegateTo<T extends object>(current: () => T): T {
  return new Proxy(current(), { get: (_, name) => Reflect.get(current(), name) as unknown });
}
