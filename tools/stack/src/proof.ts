import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import type { Environment } from './command.ts';

const keyId = 'fleet.local';

/** A private key (PEM) that the gateway of an instance signs submissions with. */
export function createProofKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
}

/** How the services of the local instance prove tenants: not at all, unless TENANT_PROOF says otherwise. */
export function proofEnvironment({ TENANT_PROOF }: Environment, proofKey: string): Environment {
  const isOff = TENANT_PROOF === undefined || TENANT_PROOF === '' || TENANT_PROOF === 'off';
  if (isOff) return { TENANT_PROOF: 'off' };
  return {
    TENANT_PROOF,
    FLEET_PROOF_KEY_ID: keyId,
    FLEET_PROOF_PRIVATE_KEY: proofKey,
    FLEET_PROOF_KEYS: `${keyId}=${createPrivateKey(proofKey).export({ format: 'jwk' }).x ?? ''}`,
  };
}
