import type { RecordCodec } from '@docfleet/contracts';
import { sleep, type Clock } from '@docfleet/domain';
import type { RecordLog } from '@docfleet/record-log';
import { followReport, type Log, type Metrics } from '@docfleet/telemetry';
import { proofModes } from '@docfleet/tenant-proof';
import { tenantDirectory, type Tenants } from '@docfleet/tenant-settings';
import type { PreprocessConfig } from '../config.ts';
import { createAdmission, type Admission } from '../core/admission.ts';
import { tenantSecrets, type TenantSecrets } from './tenant-secrets.ts';

/** Interval between two readings of the files with secrets, in milliseconds. */
const reloadEveryMs = 10_000;

/** The admission of this process, with what it knows of tenants. */
export interface OpenAdmission {
  readonly admission: Admission;
  readonly tenants: Tenants;
  /** Resolves when keys and states of all tenants are known; follows them until the signal aborts. */
  readonly ready: (stopping: AbortSignal) => Promise<void>;
}

export function openAdmission(
  config: Pick<
    PreprocessConfig,
    | 'REGION'
    | 'TENANT_PROOF'
    | 'TENANT_PROOF_WINDOW_MS'
    | 'FLEET_PROOF_KEYS'
    | 'TENANT_SECRETS_DIR'
    | 'INTAKE_TENANTS'
  >,
  parts: {
    readonly recordLog: Pick<RecordLog, 'follow'>;
    readonly codec: RecordCodec;
    readonly clock: Clock;
    readonly metrics: Metrics;
    readonly log: Log;
  },
): OpenAdmission {
  const { recordLog, codec, clock, metrics, log } = parts;
  const mode = config.TENANT_PROOF;
  sayMode(mode, parts);
  const unproven = metrics.counter(
    'docfleet_unproven_submissions_total',
    'Submissions refused because they prove no tenant.',
    ['reason'],
  );
  const directory = tenantDirectory({ recordLog, codec, clock, report: followReport({ log, metrics }) });
  const secrets = tenantSecrets(config.TENANT_SECRETS_DIR);
  const reload = reloading(secrets, log);
  return {
    tenants: directory,
    admission: createAdmission({
      mode,
      region: config.REGION,
      windowMs: config.TENANT_PROOF_WINDOW_MS,
      fleetKeys: config.FLEET_PROOF_KEYS ?? new Map(),
      settingsOf: (tenantId) => directory.settingsOf(tenantId),
      secretOf: (tenantId, keyId) => secrets.secretOf(tenantId, keyId),
      tenantOfTopic: config.INTAKE_TENANTS ?? new Map(),
      onUnproven: (reason) => {
        unproven.inc({ reason });
      },
    }),
    ready: async (stopping) => {
      await reload();
      if (config.TENANT_SECRETS_DIR !== undefined) void keepReloading(reload, { clock, stopping });
      await directory.join(stopping);
    },
  };
}

function sayMode(
  mode: PreprocessConfig['TENANT_PROOF'],
  { metrics, log }: { metrics: Metrics; log: Log },
): void {
  const gauge = metrics.gauge('docfleet_tenant_proof', '1 for the way in which records prove their tenant.', [
    'mode',
  ]);
  for (const each of proofModes) gauge.set({ mode: each }, each === mode ? 1 : 0);
  if (mode === 'off')
    log.warn(
      'TENANT_PROOF is off: whoever can write to documents.* is any tenant. For trials on one machine only; see docs/tenant-proof.md',
    );
}

async function keepReloading(
  reload: () => Promise<void>,
  { clock, stopping }: { readonly clock: Clock; readonly stopping: AbortSignal },
): Promise<void> {
  while (!stopping.aborted) {
    await sleep(clock, reloadEveryMs, stopping).catch(() => undefined);
    await reload();
  }
}

/** Reads the secrets, and names files that cannot be used once, until the list changes. */
function reloading(secrets: TenantSecrets, log: Log): () => Promise<void> {
  let named = '';
  return async () => {
    const unusable = (await secrets.reload()).join(', ');
    if (unusable !== named && unusable !== '')
      log.error(
        'Secrets of tenants cannot be used and prove nothing: each needs at least 32 bytes in base64',
        undefined,
        {
          files: unusable,
        },
      );
    named = unusable;
  };
}
