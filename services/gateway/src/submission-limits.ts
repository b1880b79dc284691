import { openRunsByTenant } from '@docfleet/database';
import type { GatewayAdapters, MeasureWork } from './gateway-adapters.ts';
import type { AsCaller } from './adapters/caller-session.ts';
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
}

/** Puts them together; nothing is open, so nothing is to be closed. */
export function submissionLimits({
  settings,
  adapters,
  asCaller,
  readLag,
  gateways,
}: {
  readonly settings: GatewaySettings;
  readonly adapters: Pick<
    GatewayAdapters,
    | 'clock'
    | 'log'
    | 'metrics'
    | 'processName'
    | 'databases'
    | 'runsOf'
    | 'sharedIntake'
    | 'tenants'
    | 'view'
    | 'measureWork'
  >;
  readonly asCaller: AsCaller;
  readonly readLag: ReadLag;
  /** Gateways of the fleet, at least 1. */
  readonly gateways: () => number;
}): SubmissionLimits {
  const { clock, log, metrics, databases, runsOf, view } = adapters;
  const limits = tenantLimits(settings, adapters.tenants);
  const costPerPage = settings.COST_PER_PAGE;
  const measureWork: MeasureWork = async () => ({
    ...waitingWork(await readLag()),
    openByTenant: await openRunsByTenant(databases.pipeline.session),
  });
  const control: IntakeControl = intakeControl({
    shared: adapters.sharedIntake,
    presetOf: limits.presetOf,
    fleetPreset: settings.FLEET_INTAKE_PRESET,
    targetSeconds: settings.INTAKE_TARGET_BACKLOG_SECONDS,
    intervalMs: settings.INTAKE_CONTROL_MS,
    measure: adapters.measureWork ?? measureWork,
    gateways,
    holder: adapters.processName,
    clock,
    log,
    onAnswer: exportIntake(metrics, { clock, rates: () => control.state().rates }),
  });
  const admission = submissionAdmission({
    runsOf,
    quotasOf: limits.quotasOf,
    costPerPage,
    control,
    gateways,
    clock,
  });
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
  };
}
