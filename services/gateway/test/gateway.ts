import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IntakePresetName } from '@docfleet/adaptive-intake';
import { startDraftPool } from '@docfleet/class-training';
import { openSharedCounter, openSharedIntake } from '@docfleet/cache';
import type { ServerTls } from '@docfleet/connections';
import { localCodec, topics, type RecordCodec, type TenantSettings } from '@docfleet/contracts';
import { randomUUID } from 'node:crypto';
import {
  apiKeysIn,
  auditIn,
  type Database,
  listenForNotifications,
  migrate,
  leasesIn,
  openDatabase,
  outboxIn,
  fleetQueueIn,
  runHistoryIn,
  runOverviewsIn,
  type Runs,
  type TenantRuns,
  runsIn,
  setAsideRecordsIn,
  tenantRunHistoryIn,
  tenantRunsIn,
  tenantsIn,
  webhookCountsIn,
} from '@docfleet/database';
import {
  FailureError,
  isFleetRole,
  runExpiryMs,
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
import type { RecordLog } from '@docfleet/record-log';
import { silentFollowReport } from '@docfleet/record-log';
import { createLog, createMetrics, healthy } from '@docfleet/telemetry';
import { createScratchDatabase, endpoints, type ScratchDatabase } from '@docfleet/testing';
import type { EgressRule } from '@docfleet/webhook-rules';
import { createCallLog, type CallLogLimits } from '../src/adapters/call-log.ts';
import { findCallers } from '../src/adapters/callers.ts';
import { readConsoleSite } from '../src/adapters/console-site.ts';
import { callerSessions, type AsCaller } from '../src/adapters/caller-session.ts';
import { eventStreams, type StreamLimits } from '../src/adapters/event-streams.ts';
import { failedCalls } from '../src/adapters/failed-calls.ts';
import { unsigned } from '../src/adapters/fleet-signature.ts';
import { issuerKeys, type KeyTimes } from '../src/adapters/issuer-keys.ts';
import { cacheKeyHolders } from '../src/adapters/key-holders.ts';
import { intakeFacts } from '../src/adapters/intake-facts.ts';
import { intakeControl, type IntakeControl } from '../src/adapters/intake-control.ts';
import { exportIntake } from '../src/adapters/intake-metrics.ts';
import { lagReader } from '../src/adapters/lag-reader.ts';
import { collectKeyUses } from '../src/adapters/key-uses.ts';
import { pageProgressView } from '../src/adapters/page-progress.ts';
import { otherRegion } from '../src/adapters/other-region.ts';
import { openPublisher, type Publisher } from '../src/adapters/publisher.ts';
import { queueReader } from '../src/adapters/queue-reader.ts';
import { createRecentRuns } from '../src/adapters/recent-runs.ts';
import { tenantLimit } from '../src/adapters/tenant-limit.ts';
import { tenantStates } from '../src/adapters/tenant-states.ts';
import { tokenHolders } from '../src/adapters/token-holders.ts';
import { createWaitingRows } from '../src/adapters/waiting-rows.ts';
import { createArtifactLinks } from '../src/artifact-links.ts';
import { createClassDrafts } from '../src/class-drafts.ts';
import { createDeadLetterService } from '../src/dead-letters.ts';
import { createErasures } from '../src/erasures.ts';
import { createFleetAdministration } from '../src/fleet.ts';
import { buildApi } from '../src/http/build-api.ts';
import { consoleFactsOf } from '../src/core/console.ts';
import type { ClientCertificateRule } from '../src/core/client-certificate.ts';
import type { OidcIssuer } from '../src/core/oidc-issuers.ts';
import { waitingWork, type WaitingWork } from '../src/core/backlog.ts';
import type { Action } from '../src/core/roles.ts';
import type { Api, GatewayParts } from '../src/http/parts.ts';
import { defaultStreamTimes, type StreamTimes } from '../src/stream-events.ts';
import { createOutboxSender, type OutboxSender } from '../src/outbox-sender.ts';
import { createRenditions } from '../src/renditions.ts';
import { readLabelsIn } from '../src/review-labels.ts';
import { createRunArtifacts } from '../src/run-artifacts.ts';
import type { Intake } from '../src/intake.ts';
import { submissionAdmission, type SubmissionAdmission } from '../src/submission-admission.ts';
import { tenantLimits, type LimitSettings } from '../src/tenant-limits.ts';
import { createTenantSettings } from '../src/tenant-settings.ts';
import { createTenantAdministration } from '../src/tenants.ts';
import { createWebhooks } from '../src/webhooks.ts';
import { createUsage } from '../src/usage.ts';

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
  const maxFileBytes = options.maxFileBytes ?? maxUploadBytes;
  const clock = systemClock;
  const counter = options.redis === undefined ? undefined : openSharedCounter({ url: options.redis });
  const cluster =
    options.beside?.cluster ??
    createMemoryCluster({
      clock,
      topics: Object.fromEntries(topics.map((topic) => [topic.name, topic.partitions.local])),
    });
  const recordLog = cluster.log(options.beside === undefined ? 'gateway' : 'gateway-2');
  const codec = localCodec();
  const log = createLog({ service: 'gateway', level: 'silent' });

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
  const published = options.beside?.published ?? new Map<string, TenantSettings>();
  const as = (role: keyof typeof roles) => (state.databaseIs === 'up' ? roles[role] : absent);
  const reads: string[] = [];
  const runsOf = (tenantId: string) =>
    delegateTo(
      () => tenantRunsIn(as('request'), tenantId),
      (name) => reads.push(name),
    );
  const notifications = listenForNotifications(scratch.urlFor('pipeline'));
  const apiKeys = delegateTo(() => apiKeysIn(as('operator').session));
  const asCaller: AsCaller = (caller, work) => callerSessions(as('request'), as('operator'))(caller, work);
  const failures = failedCalls({ perMinute: options.failedCallsPerMinute ?? 1_000, clock });
  const states = tenantStates(
    delegateTo(() => tenantsIn(as('operator').session)),
    clock,
  );
  const publisher = openPublisher({
    recordLog: { produce },
    codec,
    clock,
    preset: 'local',
    shards: Number.MAX_SAFE_INTEGER,
    sign: unsigned,
    timeoutMs: 300,
  });
  const recentRuns = createRecentRuns(clock);
  const metrics = createMetrics('gateway');
  const audit = delegateTo(() => auditIn(as('operator').session));
  const callLog = createCallLog({ audit, clock, log, metrics }, options.callLogLimits);
  const waitingRows = createWaitingRows({ runsOf, clock, log, metrics });
  const stopping = new AbortController();
  const storing = waitingRows.run(stopping.signal);
  const sender = createOutboxSender({
    outbox: outboxIn(roles.pipeline.session),
    leases: leasesIn(roles.pipeline.session),
    publisher,
    codec,
    clock,
    log,
    metrics,
    holder: 'test',
  });
  const view = fleetView({ recordLog, codec, clock, report: silentFollowReport });
  await view.join(stopping.signal);
  const pageProgress = pageProgressView({ recordLog, codec, clock });
  await pageProgress.join(stopping.signal);
  const renderPool = startRenderPool({
    size: 1,
    maxQueued: 4,
    timeoutMs: 60_000,
    readRoots: programFolders(new URL('../src/', import.meta.url).href),
  });
  const draftPool = startDraftPool({
    maxQueued: 1,
    timeoutMs: 60_000,
    readRoots: programFolders(new URL('../src/', import.meta.url).href),
  });
  const artifacts = createRunArtifacts({
    runsOf,
    store,
    renditions: createRenditions({ store, pool: renderPool }),
  });
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
  const limits = tenantLimits(
    {
      RATE_LIMIT_PER_MINUTE: options.callsPerMinute ?? 1_000,
      QUOTA_BYTES_PER_DAY: undefined,
      QUOTA_PAGES_PER_DAY: undefined,
      QUOTA_COST_PER_DAY: undefined,
      QUOTA_DOCUMENTS_IN_FLIGHT: undefined,
      TENANT_INTAKE_PRESET: 'aggressive',
      ...options.limits,
    },
    { settingsOf: (tenantId) => published.get(tenantId) },
  );
  const sharedIntake =
    options.redis === undefined ? undefined : openSharedIntake({ url: options.redis, fleet: scratch.url });
  const control: IntakeControl = intakeControl({
    shared: sharedIntake,
    presetOf: limits.presetOf,
    fleetPreset: options.fleetPreset ?? 'aggressive',
    targetSeconds: 100,
    intervalMs: 50,
    measure: () => Promise.resolve(options.work?.() ?? { ...waitingWork([]), openByTenant: new Map() }),
    gateways: () => options.gateways ?? 1,
    holder: randomUUID(),
    clock,
    log,
    onAnswer: exportIntake(metrics, { clock, rates: () => control.state().rates }),
  });
  const controlling = options.work === undefined ? Promise.resolve() : control.run(stopping.signal);
  const costPerPage = options.costPerPage ?? 0;
  const admission = submissionAdmission({ runsOf, quotasOf: limits.quotasOf, costPerPage, control, clock });
  const egress: EgressRule = { networks: [], hosts: new Set(), http: false };
  const parts: GatewayParts = {
    intake: {
      runsOf,
      store,
      publisher,
      recentRuns,
      waitingRows,
      clock,
      log,
      region: options.region ?? 'north',
      runExpiryMs,
      maxBytes: maxFileBytes,
      grants: [{ tenant: '*', bucket: 'granted', folder: '' }],
      tenants: { settingsOf: (tenantId) => published.get(tenantId) },
      egress,
    },
    runsOf,
    overviews: delegateTo(() => runOverviewsIn(as('operator').session)),
    allRuns: delegateTo(() => runsIn(as('pipeline').session)),
    notifications,
    historyOf: (tenantId) =>
      tenantId === null ? runHistoryIn(as('pipeline').session) : tenantRunHistoryIn(as('request'), tenantId),
    pageProgress,
    readQueue: queueReader(
      delegateTo(() => fleetQueueIn(as('pipeline').session)),
      clock,
    ),
    eventStreams: eventStreams({ perCaller: 3, inAll: 5, ...options.streamLimits, metrics }),
    streamTimes: { ...defaultStreamTimes, ...options.streamTimes },
    stopping: stopping.signal,
    recentRuns,
    waitingRows,
    callers: findCallers({
      keys: cacheKeyHolders(apiKeys, { clock, failures }),
      tokens: tokenHolders({
        issuers: options.issuers ?? [],
        keysOf: (issuer) =>
          issuerKeys(issuer, { clock, fetch, onFailure: () => undefined }, options.keyTimes),
        tenants: states,
        failures,
        clock,
      }),
      certificates: options.certificates ?? [],
      tenants: states,
      clock,
      metrics,
    }),
    keyUses: collectKeyUses(apiKeys, { clock, log }),
    tenants: createTenantAdministration(asCaller, clock, () => undefined),
    tenantSettings: createTenantSettings({ asCaller, clock, onChange: () => undefined, maxPublicKeys }),
    erasures: createErasures(asCaller, clock),
    fleet: createFleetAdministration({ asCaller, view, clock, onChange: () => undefined }),
    readLag: lagReader({
      admin: options.admin ?? idleAdmin,
      topicNames: () => recordLog.topicNames(),
      session: roles.operator.session,
      view,
      clock,
    }),
    audit,
    callLog,
    webhooks: createWebhooks({
      asCaller,
      clock,
      keys: [{ id: 'one', bytes: Buffer.alloc(32, 1) }],
      rule: egress,
      maxEndpoints: maxWebhooks,
      endpointExpiryMs: 60_000,
      callbackExpiryMs: 60_000,
    }),
    countWebhooks: () => webhookCountsIn(as('operator').session),
    admission,
    regions: {
      own: options.region ?? 'north',
      others: options.regions ?? new Map(),
      policiesOf: limits.policiesOf,
      passOn: otherRegion({ timeoutMs: 10_000 }),
    },
    usage: createUsage({
      asCaller,
      admission,
      control,
      requestsPerMinuteOf: limits.requestsPerMinuteOf,
      costPerPage,
      level: () => view.level()?.level ?? 'L0',
      clock,
    }),
    publisher,
    store,
    artifacts,
    readLabels: readLabelsIn(roles.request),
    classDrafts: createClassDrafts({ artifacts, store, pool: draftPool }),
    artifactLinks: createArtifactLinks({
      secret: artifactLinkSecret,
      signer: options.signer,
      clock,
    }),
    deadLetters: createDeadLetterService({
      asCaller,
      recordLog: { clusterId: () => recordLog.clusterId(), readRange },
      codec,
      store,
      onOutbox: () => undefined,
      clock,
      log,
      region: 'north',
      runExpiryMs,
      pools: [],
    }),
    setAside: delegateTo(() => setAsideRecordsIn(as('operator').session)),
    batches: {
      database: { asTenant: (tenantId, work) => as('request').asTenant(tenantId, work) },
      limits: {
        maxFiles: maxBatchFiles,
        maxFileBytes,
        maxTotalBytes: maxBatchFiles * maxFileBytes,
        maxArchiveBytes,
      },
      draftExpiryMs,
      intakeLimits: {
        minFreeMemoryBytes: 0,
        minFreeDiskBytes: 0,
        needsWorkers: true,
        stagesFromZero: [],
      },
      intakeFacts: intakeFacts({
        spoolFolder,
        checkDependencies: () => Promise.resolve({ broker: true, store: true }),
        processes: () => state.services.map((service) => ({ service })),
      }),
    },
    consoleSite: options.consoleFolder === undefined ? undefined : readConsoleSite(options.consoleFolder),
    consoleFacts: consoleFactsOf({ OIDC_ISSUERS: options.issuers ?? [], DEVELOPMENT_API_KEY: undefined }),
    clock,
    log,
    metrics,
    spoolFolder,
    maxUploadBytes: maxFileBytes,
    requestTimeoutMs: options.requestTimeoutMs ?? 60_000,
    stallTimeoutMs: options.stallTimeoutMs ?? 400,
    tenantLimit: tenantLimit({ perMinuteOf: limits.requestsPerMinuteOf, shared: counter, clock }),
    trustedProxies: [],
    tls: options.tls,
    live: () => healthy,
    ready: () => Promise.resolve(healthy),
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
    admission,
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
      await Promise.all([
        ...databases.map((each) => each.close()),
        recordLog.close(),
        renderPool.close(),
        draftPool.close(),
      ]);
      store.close();
      counter?.close();
      sharedIntake?.close();
      if (options.beside === undefined) await scratch.drop();
      await rm(spoolFolder, { recursive: true });
    },
  });
}

/** An object that delegates each call to the object that `current` returns then. */
function delegateTo<T extends object>(current: () => T, note: (name: string) => void = () => undefined): T {
  return new Proxy(current(), {
    get: (_, name) => {
      note(String(name));
      return Reflect.get(current(), name) as unknown;
    },
  });
}
