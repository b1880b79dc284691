import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProofKey, proofEnvironment, type Environment } from '@docfleet/stack';
import type { SigningKey } from '@docfleet/tenant-proof';
import { tenants } from '../plan/tenants.ts';

/** How the tenants of a run sign their records, and the settings by which services verify them. */
export interface TenantKeys {
  readonly signing: SigningKey;
  readonly environment: Environment;
}

/** Makes a secret that all tenants of the run share with the fleet, in files below `folder`. */
export function createTenantKeys(folder: string): TenantKeys {
  const secret = randomBytes(32);
  const keyId = 'chaos';
  for (const tenant of tenants) {
    mkdirSync(join(folder, tenant), { recursive: true });
    writeFileSync(join(folder, tenant, keyId), secret.toString('base64'), { mode: 0o600 });
  }
  return {
    signing: { keyId, algorithm: 'hmac-sha256', secret },
    environment: {
      ...proofEnvironment({ TENANT_PROOF: 'signature' }, createProofKey()),
      TENANT_SECRETS_DIR: folder,
    },
  };
}
