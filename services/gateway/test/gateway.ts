import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IntakePresetName } from '@docfleet/adaptive-intake';
import { openSharedCounter, openSharedIntake } from '@docfleet/cache';
import { readConfig } from '@docfleet/config';
import type { ServerTls } from '@docfleet/connections';
import { localCodec, topics, type RecordCodec, type TenantSettings } from '@docfleet/contracts';
import {
  apiKeysIn,
  type Database,
  listenForNotifications,
  migrate,
  openDatabase,
  type Runs,
  type TenantRuns,
  runsIn,
  tenantRunsIn,
} from '@docfleet/database';
import {
  FailureError,
  isFleetRole,
  stageNames,
  systemClock,
  type KeyScope,
  type Role,
} from '@docfleet/domain';
import { fleetView } from '@docfleet/fleet-level';
import { createMemoryCluster, type MemoryCluster } from '@docfleet/memory-log';
import { openObjectStore, type FolderLister, type ObjectStore, type UrlSigner } from '@docfleet/objects';
import { startRenderPool } from '@docfleet/reports';
import { programFolders } from '@docfleet/workers';
import { silentFollowReport, type RecordLog } from '@docfleet/record-log';
import { createLog, createMetrics, healthy } from '@docfleet/telemetry';
import { createScratchDatabase, endpoints, type ScratchDatabase } from '@docfleet/testing';
import type { CallLogLimits } from '../src/adapters/call-log.ts';
import { readConsoleSite } from '../src/adapters/console-site.ts';
import type { StreamLimits } from '../src/adapters/event-streams.ts';
import type { KeyTimes } from '../src/adapters/issuer-keys.ts';
import type { lagReader } from '../src/adapters/lag-reader.ts';
import type { Publisher } from '../src/adapters/publisher.ts';
import { assembleGateway } from '../src/assemble-gateway.ts';
import { gatewaySettings, type GatewaySettings } from '../src/config.ts';
import { buildApi } from '../src/http/build-api.ts';
import type { ClientCertificateRule } from '../src/core/client-certificate.ts';
import type { OidcIssuer } from '../src/core/oidc-issuers.ts';
import { waitingWork, type WaitingWork } from '../src/core/backlog.ts';
import type { Action } from '../src/core/roles.ts';
import type { Api } from '../src/http/parts.ts';
import { defaultStreamTimes, type StreamTimes } from '../src/stream-events.ts';
import type { OutboxSender } from '../src/outbox-sender.ts';
import type { Intake } from '../src/intake.ts';
import type { SubmissionAdmission } from '../src/submission-admission.ts';
import type { LimitSettings } from '../src/tenant-limits.ts';

/** A route as it was registered. */
export interface Route {
  readonly method: string;
  readonly url: string;
  readonly action: Action | undefined;
  readonly isPublic: boolean;
}

/** A gateway with a real database, a real object store and an in-memory log. */
export interface TestGateway {
  readonly url: string;
  readonly api: Api;
  readonly routes: readonly Route[];
  readonly cluster: MemoryCluster;
  readonly scratch: ScratchDatabase;
  readonly codec: RecordCodec;
  readonly runs: Runs;
  /** As the owner of the tables. */
  readonly database: Database;
  readonly store: ObjectStore & FolderLister;
  readonly intake: Intake;
  readonly admission: SubmissionAdmission;
  readonly runsOf: (tenantId: string) => TenantRuns;
  readonly publisher: Publisher;
  /** What was published about tenants, as the gateway knows it. */
  readonly published: Map<string, TenantSettings>;
  /** Sends what waits in the outbox, as another process would with its own lease. */
  readonly sender: OutboxSender;
  readonly spoolFolder: string;
  /** Names of the methods of the read model that were called, in order. */
  readonly reads: string[];
  /** `refusing` makes every write to the log fail, `silent` leaves it unanswered, `strict` refuses large records as a broker does. */
  logIs: 'up' | 'refusing' | 'silent' | 'strict';
  /** `silent` leaves reading from the log unanswered. */
  readsAre: 'up' | 'silent';
  /** Names of services whose processes report, for the checks before a batch. */
  services: readonly string[];
  /** `down` makes every use of the database fail. */
  databaseIs: 'up' | 'down';
  /** Writes the rows of the audit log about calls that are over. */
  flushCalls(): Promise<void>;
  /** The tenant is ignored for fleet roles. */
  keyOf(tenantId: string, role: Role): Promise<string>;
  close(): Promise<void>;
}

export const maxUploadBytes = 200_000;
export const maxPublicKeys = 5;
export const maxBatchFiles = 5;
export const maxArchiveBytes = 400_000;
export const draftExpiryMs = 60_000;
export const artifactLinkSecret = 'the secret of the gateways of tests';
export const maxWebhooks = 5;

/** The largest value of a record that a strict log takes. */
export const strictBytes = 4_096;

export interface TestGatewayOptions {
  readonly callsPerMinute?: number;
  readonly failedCallsPerMinute?: number;
  /** Where several gateways count together; default: each for itself. */
  readonly redis?: string;
  readonly streamLimits?: Partial<StreamLimits>;
  readonly streamTimes?: Partial<StreamTimes>;
  /** For a store that callers reach; default: URLs go through the gateway. */
  readonly signer?: UrlSigner;
  readonly callLogLimits?: CallLogLimits;
  readonly issuers?: readonly OidcIssuer[];
  readonly keyTimes?: KeyTimes;
  readonly certificates?: readonly ClientCertificateRule[];
  readonly tls?: ServerTls;
  /** A gateway whose database and log this one shares; close it last. */
  readonly beside?: TestGateway;
  /** Limits of tenants without their own; default: none that a test reaches. */
  readonly limits?: Partial<LimitSettings>;
  readonly costPerPage?: number;
  /** Default: north. */
  readonly region?: string;
  /** Gateways of other regions. */
  readonly regions?: ReadonlyMap<string, string>;
  readonly fleetPreset?: IntakePresetName;
  /** What waits, by which intake is controlled every 50 ms; default: nothing, and no control. */
  readonly work?: () => WaitingWork & { readonly openByTenant: ReadonlyMap<string, number> };
  /** Gateways that divide the rates while they share no Redis. */
  readonly gateways?: number;
  /** Positions of the stages' groups; default: of groups that have read everything. */
  readonly admin?: Parameters<typeof lagReader>[0]['admin'];
  /** Where a built console is; default: there is none. */
  readonly consoleFolder?: string;
  /** Largest file, in bytes; default: `maxUploadBytes`. */
  readonly maxFileBytes?: number;
  /** Time in which a whole request must arrive, in milliseconds; default: a minute. */
  readonly requestTimeoutMs?: number;
  /** Time without a byte of a body, in milliseconds; default: 400. */
  readonly stallTimeoutMs?: number;
}

const idleAdmin: Parameters<typeof lagReader>[0]['admin'] = {
  committed: () => Promise.resolve([]),
  endOffsets: () => Promise.resolve([]),
  members: () => Promise.resolve(new Map()),
};

export async function startGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const { postgres, s3 } = endpoints();
  const scratch = options.beside?.scratch ?? (await createScratchDatabase(postgres, migrate));
  const database = openDatabase(scratch.url);
  const roles = {
    request: openDatabase(scratch.urlFor('request'), { role: 'request' }),
    pipeline: openDatabase(scratch.urlFor('pipeline'), { role: 'pipeline', poolSize: 2 }),
    operator: openDatabase(scratch.urlFor('operator'), { role: 'operator', poolSize: 2 }),
  };
  await Promise.all(Object.values(roles).map((each) => each.ready()));
  const absent = openDatabase('postgres://docfleet@127.0.0.1:1/none', { connectTimeoutMs: 200 });
  const store = openObjectStore(s3);
  const spoolFolder = await mkdtemp(join(tmpdir(), 'docfleet-gateway-'));
  const clock = systemClock;
  const cluster =
    options.beside?.cluster ??
    createMemoryCluster({
      clock,
      topics: Object.fromEntries(topics.map((topic) => [topic.name, topic.partitions.local])),
    });
  const recordLog = cluster.log(options.beside === undefined ? 'gateway' : 'gateway-2');
  const codec = localCodec();

  const state: Pick<TestGateway, 'logIs' | 'readsAre' | 'databaseIs' | 'services'> = {
    services: stageNames,
    logIs: 'up',
    readsAre: 'up',
    databaseIs: 'up',
  };
  const produce: RecordLog['produce'] = (records) => {
    switch (state.logIs) {
      case 'up':
        return recordLog.produce(records);
      case 'strict':
        return records.some(({ value }) => (value?.length ?? 0) > strictBytes)
          ? Promise.reject(new FailureError('RECORD_TOO_LARGE'))
          : recordLog.produce(records);
      case 'refusing':
        return Promise.reject(new Error('no leader'));
      case 'silent':
        return new Promise(() => undefined);
    }
  };
  const readRange: RecordLog['readRange'] = (range) =>
    state.readsAre === 'up'
      ? recordLog.readRange(range)
      : new Promise((_, reject) => {
          range.signal.addEventListener('abort', () => {
            reject(new Error('no answer'));
          });
        });
  const log = createLog({ service: 'gateway', level: 'silent' });
  const metrics = createMetrics('gateway');
  const gatewayLog = delegateTo(() => recordLog, { overrides: { produce, readRange } });
  const published = options.beside?.published ?? new Map<string, TenantSettings>();
  const databases = {
    request: switchable(() => (state.databaseIs === 'up' ? roles.request : absent)),
    pipeline: switchable(() => (state.databaseIs === 'up' ? roles.pipeline : absent)),
    operator: switchable(() => (state.databaseIs === 'up' ? roles.operator : absent)),
  };
  const reads: string[] = [];
  const runsOf = (tenantId: string) =>
    delegateTo(() => tenantRunsIn(databases.request, tenantId), { note: (name) => reads.push(name) });
  const notifications = listenForNotifications(scratch.urlFor('pipeline'));
  const stopping = new AbortController();
  const view = fleetView({ recordLog, codec, clock, report: silentFollowReport });
  await view.join(stopping.signal);
  const renderPool = startRenderPool({
    size: 1,
    maxQueued: 4,
    timeoutMs: 60_000,
    readRoots: programFolders(new URL('../src/', import.meta.url).href),
  });
  const counter = options.redis === undefined ? undefined : openSharedCounter({ url: options.redis });
  const sharedIntake =
    options.redis === undefined ? undefined : openSharedIntake({ url: options.redis, fleet: scratch.url });
  const { parts, publisher, sender, submissions, callLog, waitingRows, pageProgress } = assembleGateway(
    settingsOf(options, spoolFolder),
    {
      clock,
      log,
      metrics,
      processName: options.beside === undefined ? 'test' : `test-${randomUUID()}`,
      databases,
      runsOf,
      notifications,
      recordLog: gatewayLog,
      admin: options.admin ?? idleAdmin,
      codec,
      store,
      signer: options.signer,
      renderPool,
      counter,
      sharedIntake,
      tenants: { settingsOf: (tenantId) => published.get(tenantId) },
      view,
      processes: () => [
        ...state.services.map((service) => ({ service })),
        ...Array.from({ length: options.gateways ?? 1 }, () => ({ service: 'gateway' })),
      ],
      checkDependencies: () => Promise.resolve({ broker: true, store: true }),
      ready: () => Promise.resolve(healthy),
      consoleSite: options.consoleFolder === undefined ? undefined : readConsoleSite(options.consoleFolder),
      tls: options.tls,
      stopping: stopping.signal,
      measureWork: () => Promise.resolve(options.work?.() ?? { ...waitingWork([]), openByTenant: new Map() }),
      callLogLimits: options.callLogLimits,
      keyTimes: options.keyTimes,
      streamTimes: { ...defaultStreamTimes, ...options.streamTimes },
    },
  );
  await pageProgress.join(stopping.signal);
  const storing = waitingRows.run(stopping.signal);
  const controlling = options.work === undefined ? Promise.resolve() : submissions.run(stopping.signal);
  const routes: Route[] = [];
  const collectRoutes = (api: Api): void => {
    api.addHook('onRoute', (route) => {
      for (const method of [route.method].flat()) {
        // Later hooks may change the configuration, so it is read when it is asked for.
        routes.push({
          method,
          url: route.url,
          get action() {
            return route.config?.action;
          },
          get isPublic() {
            return route.config?.isPublic === true;
          },
        });
      }
    });
  };
  const api = await buildApi(parts, collectRoutes);
  api.get('/unguarded', { schema: { hide: true } }, () => 'reached');
  const url = await api.listen({ host: '127.0.0.1', port: 0 });
  return Object.assign(state, {
    url,
    api,
    routes,
    cluster,
    scratch,
    codec,
    runs: runsIn(database.session),
    database,
    store,
    intake: parts.intake,
    admission: submissions.admission,
    runsOf,
    publisher,
    published,
    sender,
    spoolFolder,
    reads,
    flushCalls: () => callLog.flush(),
    keyOf: async (tenantId: string, role: Role) => {
      const scope = { tenantId: isFleetRole(role) ? null : tenantId, role } as KeyScope;
      const key = `test_${randomUUID()}`;
      await apiKeysIn(database.session).ensure({ ...scope, at: clock.now() }, key);
      return key;
    },
    close: async () => {
      stopping.abort();
      await api.close();
      await notifications.close();
      await Promise.all([storing, controlling]);
      const databases = [database, absent, ...Object.values(roles)];
      await Promise.all([...databases.map((each) => each.close()), recordLog.close(), renderPool.close()]);
      store.close();
      counter?.close();
      sharedIntake?.close();
      if (options.beside === undefined) await scratch.drop();
      await rm(spoolFolder, { recursive: true });
    },
  });
}

/** As in production, except for limits that tests reach and servers that they open by themselves. */
function settingsOf(options: TestGatewayOptions, spoolFolder: string): GatewaySettings {
  const given = readConfig(gatewaySettings, {
    KAFKA_BROKERS: '127.0.0.1:1',
    SCHEMA_REGISTRY_URL: 'http://127.0.0.1:1',
    DATABASE_REQUEST_URL: 'postgres://docfleet@127.0.0.1:1/none',
    DATABASE_PIPELINE_URL: 'postgres://docfleet@127.0.0.1:1/none',
    DATABASE_OPERATOR_URL: 'postgres://docfleet@127.0.0.1:1/none',
    S3_ENDPOINT: 'http://127.0.0.1:1',
    S3_BUCKET: 'none',
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
    TENANT_PROOF: 'off',
    WEBHOOK_SECRET_KEYS: `one=${Buffer.alloc(32, 1).toString('base64')}`,
    ARTIFACT_URL_SECRET: artifactLinkSecret,
    SPOOL_DIR: spoolFolder,
  });
  const maxFileBytes = options.maxFileBytes ?? maxUploadBytes;
  return {
    ...given,
    TOPICS_PRESET: 'local',
    REGION: options.region ?? 'north',
    REGIONS: options.regions ?? new Map(),
    SOURCE_BUCKETS: [{ tenant: '*', bucket: 'granted', folder: '' }],
    PUBLISH_TIMEOUT_MS: 300,
    MAX_UPLOAD_BYTES: maxFileBytes,
    BATCH_MAX_FILES: maxBatchFiles,
    BATCH_MAX_BYTES: maxBatchFiles * maxFileBytes,
    BATCH_MAX_ARCHIVE_BYTES: maxArchiveBytes,
    BATCH_DRAFT_EXPIRY_MS: draftExpiryMs,
    BATCH_MIN_FREE_MEMORY_BYTES: 0,
    BATCH_MIN_FREE_DISK_BYTES: 0,
    REQUEST_TIMEOUT_MS: options.requestTimeoutMs ?? 60_000,
    STALL_TIMEOUT_MS: options.stallTimeoutMs ?? 400,
    RATE_LIMIT_PER_MINUTE: options.callsPerMinute ?? 1_000,
    FAILED_CALLS_PER_MINUTE: options.failedCallsPerMinute ?? 1_000,
    EVENT_STREAMS_PER_TENANT: options.streamLimits?.perCaller ?? 3,
    EVENT_STREAMS: options.streamLimits?.inAll ?? 5,
    FLEET_INTAKE_PRESET: options.fleetPreset ?? 'aggressive',
    TENANT_INTAKE_PRESET: 'aggressive',
    INTAKE_TARGET_BACKLOG_SECONDS: 100,
    INTAKE_CONTROL_MS: 50,
    COST_PER_PAGE: options.costPerPage ?? 0,
    OIDC_ISSUERS: [...(options.issuers ?? [])],
    CLIENT_CERTIFICATES: [...(options.certificates ?? [])],
    PUBLIC_KEYS_PER_TENANT: maxPublicKeys,
    REVIEW_LEASE_MS: 60_000,
    WEBHOOKS_PER_TENANT: maxWebhooks,
    WEBHOOK_EXPIRY_MS: 60_000,
    CALLBACK_EXPIRY_MS: 60_000,
    ...options.limits,
  };
}

/** A database that uses the one that `current` returns at each call. */
function switchable(current: () => Database): Database {
  const session = delegateTo(() => current().session);
  return delegateTo(current, { overrides: { session } });
}

/** An object that delegates each call to the object that `current` returns then. */
function delegateTo<T extends object>(
  current: () => T,
  {
    note = () => undefined,
    overrides = {},
  }: { readonly note?: (name: string) => void; readonly overrides?: Partial<T> } = {},
): T {
  return new Proxy(current(), {
    get: (_, name) => {
      note(String(name));
      if (Object.hasOwn(overrides, name)) return Reflect.get(overrides, name) as unknown;
      const target = current();
      const value = Reflect.get(target, name) as unknown;
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
