import type { TenantPolicies } from '@docfleet/contracts';
import type { ServerTls } from '@docfleet/connections';
import type {
  Audit,
  Database,
  FleetAccount,
  KeyHolder,
  Notifications,
  RunHistory,
  RunOverviews,
  Runs,
  SetAsideRecords,
  TenantRuns,
  WebhookCounts,
} from '@docfleet/database';
import type { Clock } from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';
import type { HealthVerdict, Log, Metrics } from '@docfleet/telemetry';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { CallLog } from '../adapters/call-log.ts';
import type { Callers } from '../adapters/callers.ts';
import type { EventStreams } from '../adapters/event-streams.ts';
import type { ReadLag } from '../adapters/lag-reader.ts';
import type { KeyUses } from '../adapters/key-uses.ts';
import type { PageProgressView } from '../adapters/page-progress.ts';
import type { Publisher } from '../adapters/publisher.ts';
import type { ReadQueue } from '../adapters/queue-reader.ts';
import type { RecentRuns } from '../adapters/recent-runs.ts';
import type { TenantLimit } from '../adapters/tenant-limit.ts';
import type { WaitingRows } from '../adapters/waiting-rows.ts';
import type { ConsoleSite } from '../adapters/console-site.ts';
import type { ConsoleFacts } from '../core/console.ts';
import type { IntakeFacts, IntakeLimits } from '../core/intake-checks.ts';
import type { ClassDrafts } from '../class-drafts.ts';
import type { ArtifactLinks } from '../artifact-links.ts';
import type { PassOn } from '../adapters/other-region.ts';
import type { ResponseHeader } from '../core/openapi-headers.ts';
import type { Action } from '../core/roles.ts';
import type { DeadLetterService } from '../dead-letters.ts';
import type { Erasures } from '../erasures.ts';
import type { FleetAdministration } from '../fleet.ts';
import type { Intake } from '../intake.ts';
import type { StreamTimes } from '../stream-events.ts';
import type { ReadLabels } from '../review-labels.ts';
import type { RunArtifacts } from '../run-artifacts.ts';
import type { TenantSettingsService } from '../tenant-settings.ts';
import type { SubmissionAdmission } from '../submission-admission.ts';
import type { TenantAdministration } from '../tenants.ts';
import type { BatchLimits } from './read-batch.ts';

/** What the routes of batches need. */
export interface Batches {
  /** As the role of tenants' calls. */
  readonly database: Pick<Database, 'asTenant'>;
  readonly limits: Omit<BatchLimits, 'folder'>;
  readonly draftExpiryMs: number;
  readonly intakeLimits: IntakeLimits;
  readonly intakeFacts: () => Promise<IntakeFacts>;
}
import type { Webhooks } from '../webhooks.ts';
import type { Review } from '../review/review.ts';
import type { UsageService } from '../usage.ts';

/** The other regions, and how documents of a tenant reach them (M-22). */
export interface Regions {
  readonly own: string;
  /** Base URLs of their gateways, by name. */
  readonly others: ReadonlyMap<string, string>;
  readonly policiesOf: (tenantId: string) => Pick<TenantPolicies, 'region' | 'regionRouting'>;
  readonly passOn: PassOn;
}

/** Dependencies of the routes. */
export interface GatewayParts {
  readonly intake: Intake;
  readonly runsOf: (tenantId: string) => TenantRuns;
  /** Runs of all tenants as fleet roles see them. */
  readonly overviews: RunOverviews;
  /** Runs of all tenants, to cancel one for a fleet role. */
  readonly allRuns: Pick<Runs, 'find'>;
  readonly notifications: Notifications;
  /** The history of a tenant's runs, or of those of all tenants for fleet roles. */
  readonly historyOf: (tenantId: string | null) => RunHistory;
  readonly pageProgress: PageProgressView;
  readonly readQueue: ReadQueue;
  readonly eventStreams: EventStreams;
  readonly streamTimes: StreamTimes;
  readonly recentRuns: RecentRuns;
  readonly waitingRows: Pick<WaitingRows, 'findOfTenant'>;
  readonly callers: Callers;
  readonly keyUses: Pick<KeyUses, 'note'>;
  readonly tenants: TenantAdministration;
  readonly erasures: Erasures;
  readonly fleet: FleetAdministration;
  readonly readLag: ReadLag;
  readonly readAccounts: () => Promise<readonly FleetAccount[]>;
  readonly audit: Pick<Audit, 'list' | 'page'>;
  readonly callLog: Pick<CallLog, 'reserve'>;
  readonly tenantSettings: TenantSettingsService;
  readonly webhooks: Webhooks;
  readonly review: Review;
  /** Of all tenants. */
  readonly countWebhooks: () => Promise<WebhookCounts>;
  readonly admission: Pick<SubmissionAdmission, 'admit' | 'chargeFurther' | 'checkOf'>;
  readonly usage: UsageService;
  readonly regions: Regions;
  readonly publisher: Publisher;
  readonly store: ObjectStore;
  readonly artifacts: RunArtifacts;
  readonly artifactLinks: ArtifactLinks;
  readonly classDrafts: ClassDrafts;
  readonly readLabels: ReadLabels;
  readonly deadLetters: DeadLetterService;
  readonly setAside: Pick<SetAsideRecords, 'list' | 'find' | 'askRedrive'>;
  readonly batches: Batches;
  /** The built console; undefined: it was not built. */
  readonly consoleSite: ConsoleSite | undefined;
  /** What its pages may know before somebody has signed in. */
  readonly consoleFacts: ConsoleFacts;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly spoolFolder: string;
  readonly maxUploadBytes: number;
  /** Time in which a whole request must arrive, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** Time without a byte of a body after which it is given up, in milliseconds. */
  readonly stallTimeoutMs: number;
  readonly tenantLimit: TenantLimit;
  /** Addresses and networks whose header X-Forwarded-For says who calls; none: whoever connects calls. */
  readonly trustedProxies: readonly string[];
  /** Aborts when the gateway stops: open streams of events end. */
  readonly stopping: AbortSignal;
  readonly live: () => HealthVerdict;
  readonly ready: () => Promise<HealthVerdict>;
  /** Absent: plain HTTP. */
  readonly tls?: ServerTls | undefined;
}

export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The action that the caller's role must allow. */
    action?: Action;
    /** Instead of an action: the route needs no key. */
    isPublic?: true;
    /** The call may be made again without a second effect: clients try it again when no answer came. */
    isRepeatable?: true;
    /** Headers that the route sets, by status, for the OpenAPI document. */
    responseHeaders?: Readonly<Record<number, readonly ResponseHeader[]>>;
  }
  interface FastifyRequest {
    /** Set on every route with an action. */
    holder: KeyHolder | null;
  }
}
