import { openSharedIntake } from '@docfleet/cache';
import { cacheConnection, type ConnectionProblems } from '@docfleet/connections';
import { openRunsByTenant, type TenantRuns } from '@docfleet/database';
import type { Clock } from '@docfleet/domain';
import { processName, type FleetView } from '@docfleet/fleet-level';
import type { Log, Metrics } from '@docfleet/telemetry';
import type { Tenants } from '@docfleet/tenant-settings';
import type { AsCaller } from './adapters/caller-session.ts';
import type { Databases } from './adapters/databases.ts';
import { intakeControl, type IntakeControl } from './adapters/intake-control.ts';
import { exportIntake } from './adapters/intake-metrics.ts';
import type { ReadLag } from './adapters/lag-reader.ts';
import type { GatewaySettings } from './config.ts';
import { waitingWork } from './core/backlog.ts';
import { submissionAdmission, type SubmissionAdmission } from './submission-admission.ts';
import { tenantLimits, type TenantLimits } from './tenant-limits.ts';
import { createUsage, type UsageService } from './usage.ts';

/** What limits the submissions of tenants: quotas, and intake that follows the backlog (M-20). */
export interface SubmissionLimits {
  readonly limits: TenantLimits;
  readonly admission: SubmissionAdmission;
  readonly usage: UsageService;
  /** Follows the backlog until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  close(): void;
}

export function openSubmissionLimits(options: {
  readonly settings: GatewaySettings;
  readonly tenants: Tenants;
  readonly databases: Pick<Databases, 'pipeline'>;
  readonly runsOf: (tenantId: string) => TenantRuns;
  readonly asCaller: AsCaller;
  readonly readLag: ReadLag;
  readonly view: Pick<FleetView, 'level' | 'processes'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly problems: ConnectionProblems;
}): SubmissionLimits {
  const { settings, tenants, databases, runsOf, asCaller, readLag, view, clock, log, metrics, problems } =
    options;
  const limits = tenantLimits(settings, tenants);
  const costPerPage = settings.COST_PER_PAGE;
  const shared =
    settings.REDIS_URL === undefined
      ? undefined
      : openSharedIntake({
          ...cacheConnection(settings, problems),
          url: settings.REDIS_URL,
          fleet: settings.REGION,
        });
  const control: IntakeControl = intakeControl({
    shared,
    presetOf: limits.presetOf,
    fleetPreset: settings.FLEET_INTAKE_PRESET,
    targetSeconds: settings.INTAKE_TARGET_BACKLOG_SECONDS,
    intervalMs: settings.INTAKE_CONTROL_MS,
    measure: async () => ({
      ...waitingWork(await readLag()),
      openByTenant: await openRunsByTenant(databases.pipeline.session),
    }),
    gateways: () => view.processes(clock.now()).filter(({ service }) => service === 'gateway').length,
    holder: processName('gateway'),
    clock,
    log,
    onAnswer: exportIntake(metrics, { clock, rates: () => control.state().rates }),
  });
  const admission = submissionAdmission({ runsOf, quotasOf: limits.quotasOf, costPerPage, control, clock });
  return {
    limits,
    admission,
    usage: createUsage({
      asCaller,
      admission,
      control,
      requestsPerMinuteOf: limits.requestsPerMinuteOf,
      costPerPage,
      level: () => view.level()?.level ?? 'L0',
      clock,
    }),
    run: (signal) => control.run(signal),
    close: () => {
      shared?.close();
    },
  };
}
