import {
  policiesOf,
  type DocumentSubmitted,
  type TenantPublicKey,
  type TenantSettings,
} from '@docfleet/contracts';
import { FailureError, headerNames, isReservedRequestId, reservedRequestIdMessage } from '@docfleet/domain';
import {
  fleetKeyPrefix,
  readPublicKey,
  verifyRecord,
  type ProofAlgorithm,
  type ProofKey,
  type ProofMode,
  type ProofProblem,
} from '@docfleet/tenant-proof';

/** A submission as it stands in its topic. */
export interface SubmittedRecord {
  readonly topic: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  /** When the broker stored it. */
  readonly timestampMs: number;
  /** Written by the fleet, after it was admitted. */
  readonly isRetry: boolean;
}

/** Decides whether a submission comes from the tenant that it names, and whether that one may submit (M-23). */
export interface Admission {
  /**
   * @throws FailureError `TENANT_UNVERIFIED`, `TENANT_SUSPENDED`, `REGION_MISMATCH` for a record without a region of a
   *   tenant whose documents belong to another one (M-22), and `RECORD_INVALID` for a record without a requestId where
   *   records are signed
   */
  admit(task: DocumentSubmitted, record: SubmittedRecord): void;
}

export interface AdmissionOptions {
  readonly mode: ProofMode;
  /** Of the fleet. */
  readonly region: string;
  /** How far the time of signing may be from the broker's timestamp, in milliseconds. */
  readonly windowMs: number;
  /** Keys of the fleet, by id: they prove records of every tenant. */
  readonly fleetKeys: ReadonlyMap<string, ProofKey>;
  readonly settingsOf: (tenantId: string) => TenantSettings | undefined;
  /** A secret that the fleet shares with the tenant. */
  readonly secretOf: (tenantId: string, keyId: string) => ProofKey | undefined;
  /** Under `broker`: the one tenant that may write to a topic. */
  readonly tenantOfTopic: ReadonlyMap<string, string>;
  /** Takes why a record was refused, for a metric. */
  readonly onUnproven: (problem: Unproven) => void;
}

/** Why a record is of no proven tenant. */
export type Unproven = ProofProblem | 'not-a-tenant' | 'topic-of-another-tenant';

const tenantId = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** The default: five minutes. */
export const defaultWindowMs = 300_000;

export function createAdmission(options: AdmissionOptions): Admission {
  const { mode, region, settingsOf, onUnproven } = options;
  return {
    admit: (task, record) => {
      // It was admitted when it was read from the intake; the window, the key or the tenant may have ended since.
      if (record.isRetry) return;
      const submitter: { isTenant: boolean } = { isTenant: false };
      const problem = problemOf(options, task, record, () => {
        submitter.isTenant = true;
      });
      if (problem !== undefined) {
        onUnproven(problem);
        throw new FailureError('TENANT_UNVERIFIED', {}, { cause: new Error(problem) });
      }
      // Its run would be named by its position, and a copy of the record would be another run.
      if (mode === 'signature' && task.requestId === null) throw new FailureError('RECORD_INVALID');
      // Its run would be that of a file of a batch or drop folder, which only the gateway submits.
      if (submitter.isTenant && task.requestId !== null && isReservedRequestId(task.requestId))
        throw new FailureError('RECORD_INVALID', {}, { cause: new Error(reservedRequestIdMessage) });
      const settings = settingsOf(task.tenantId);
      if (settings?.state === 'suspended') throw new FailureError('TENANT_SUSPENDED');
      const { region: ofTenant = region } = policiesOf(settings);
      if (task.region === null && ofTenant !== region) throw new FailureError('REGION_MISMATCH');
    },
  };
}

function problemOf(
  options: AdmissionOptions,
  task: DocumentSubmitted,
  record: SubmittedRecord,
  /** Called when the tenant itself has written the record, and not the gateway. */
  onOwn: () => void,
): Unproven | undefined {
  if (!tenantId.test(task.tenantId)) return 'not-a-tenant';
  switch (options.mode) {
    case 'off':
      return undefined;
    case 'signature':
      return proofProblem(options, task, record, (keyId, algorithm) => {
        if (keyId.startsWith(fleetKeyPrefix)) return options.fleetKeys.get(keyId);
        onOwn();
        return tenantKeyOf(options, task.tenantId, { keyId, algorithm });
      });
    case 'broker': {
      if (options.tenantOfTopic.get(record.topic) === task.tenantId) {
        onOwn();
        return undefined;
      }
      // The gateway writes to the topics of all tenants, so it signs.
      const problem = proofProblem(options, task, record, (keyId) => options.fleetKeys.get(keyId));
      return problem === undefined ? undefined : 'topic-of-another-tenant';
    }
  }
}

function proofProblem(
  { windowMs }: AdmissionOptions,
  task: DocumentSubmitted,
  { topic, key, value, headers, timestampMs }: SubmittedRecord,
  keyOf: (keyId: string, algorithm: ProofAlgorithm) => ProofKey | undefined,
): ProofProblem | undefined {
  return verifyRecord({
    record: { topic, tenantId: task.tenantId, key, value: value ?? Buffer.alloc(0) },
    header: headers[headerNames.proof],
    storedAtMs: timestampMs,
    windowMs,
    keyOf,
  });
}

function tenantKeyOf(
  { settingsOf, secretOf }: AdmissionOptions,
  tenant: string,
  { keyId, algorithm }: { readonly keyId: string; readonly algorithm: ProofAlgorithm },
): ProofKey | undefined {
  if (algorithm === 'hmac-sha256') return secretOf(tenant, keyId);
  const published = settingsOf(tenant)?.publicKeys.find((key) => key.keyId === keyId);
  return published === undefined ? undefined : proofKeyOf(published);
}

/** Reading a key costs more than verifying with it. */
const readKeys = new WeakMap<TenantPublicKey, ProofKey>();

function proofKeyOf(published: TenantPublicKey): ProofKey | undefined {
  const known = readKeys.get(published);
  if (known !== undefined) return known;
  try {
    const key: ProofKey = {
      algorithm: 'ed25519',
      publicKey: readPublicKey(published.publicKey),
      notBeforeMs: published.notBefore,
      notAfterMs: published.notAfter,
    };
    readKeys.set(published, key);
    return key;
  } catch {
    return undefined;
  }
}
