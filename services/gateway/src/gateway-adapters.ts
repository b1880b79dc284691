import type { SharedCounter, SharedIntake } from '@docfleet/cache';
import type { DraftPool } from '@docfleet/class-training';
import type { ServerTls } from '@docfleet/connections';
import type { FleetHealth, RecordCodec } from '@docfleet/contracts';
import type { Notifications, TenantRuns } from '@docfleet/database';
import type { Clock } from '@docfleet/domain';
import type { FleetView } from '@docfleet/fleet-level';
import type { RemovableObjectStore, UrlSigner } from '@docfleet/objects';
import type { RecordLog } from '@docfleet/record-log';
import type { RenderPool } from '@docfleet/reports';
import type { HealthVerdict, Log, Metrics } from '@docfleet/telemetry';
import type { Tenants } from '@docfleet/tenant-settings';
import type { CallLogLimits } from './adapters/call-log.ts';
import type { ConsoleSite } from './adapters/console-site.ts';
import type { Databases } from './adapters/databases.ts';
import type { KeyTimes } from './adapters/issuer-keys.ts';
import type { lagReader } from './adapters/lag-reader.ts';
import type { WaitingWork } from './core/backlog.ts';
import type { DependencyStatus } from './core/readiness.ts';
import type { StreamTimes } from './stream-events.ts';

/** Measures what waits, by which the rates of intake are decided. */
export type MeasureWork = () => Promise<WaitingWork & { readonly openByTenant: ReadonlyMap<string, number> }>;

/** What a gateway is made of besides its settings: connections that are open, and what its process knows. */
export interface GatewayAdapters {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Names this process to the others. */
  readonly processName: string;
  readonly databases: Pick<Databases, 'request' | 'pipeline' | 'operator'>;
  readonly runsOf: (tenantId: string) => TenantRuns;
  readonly notifications: Notifications;
  readonly recordLog: RecordLog;
  readonly admin: Parameters<typeof lagReader>[0]['admin'];
  readonly codec: RecordCodec;
  readonly store: RemovableObjectStore;
  /** For a store that callers reach; undefined: URLs of artifacts go through the gateway. */
  readonly signer: UrlSigner | undefined;
  readonly renderPool: RenderPool;
  /** Computes classes from examples. */
  readonly draftPool: DraftPool;
  /** Counts the calls of all gateways together; undefined: each counts for itself. */
  readonly counter: SharedCounter | undefined;
  /** Likewise for documents. */
  readonly sharedIntake: SharedIntake | undefined;
  readonly tenants: Tenants;
  readonly view: FleetView;
  /** Processes that report; undefined: the reports were not read yet. */
  readonly processes: () => readonly Pick<FleetHealth, 'service'>[] | undefined;
  readonly checkDependencies: () => Promise<Pick<DependencyStatus, 'broker' | 'store'>>;
  readonly ready: () => Promise<HealthVerdict>;
  readonly consoleSite: ConsoleSite | undefined;
  readonly tls: ServerTls | undefined;
  readonly stopping: AbortSignal;
  /** Default: the backlog of the stages, and the open runs of the tenants. */
  readonly measureWork?: MeasureWork | undefined;
  readonly callLogLimits?: CallLogLimits | undefined;
  readonly keyTimes?: KeyTimes | undefined;
  readonly streamTimes?: StreamTimes;
}
