import { fleetKeyPrefix, isKeyId, readPublicKey, type ProofKey } from '@docfleet/tenant-proof';

/** Keys of the fleet by id, from `<key id>=<public key>`, separated by commas; undefined when one is not valid. */
export function parseFleetKeys(text: string): ReadonlyMap<string, ProofKey> | undefined {
  const keys = new Map<string, ProofKey>();
  for (const [keyId, encoded] of pairsIn(text)) {
    if (!isKeyId(keyId) || !keyId.startsWith(fleetKeyPrefix) || keys.has(keyId)) return undefined;
    try {
      keys.set(keyId, {
        algorithm: 'ed25519',
        publicKey: readPublicKey(encoded),
        notBeforeMs: 0,
        notAfterMs: null,
      });
    } catch {
      return undefined;
    }
  }
  return keys;
}

const intakeTopic = /^documents\.(?:urgent|high|normal)$/;

/** The tenant of each topic, from `<topic>=<tenant>`, separated by commas; undefined when one is not valid. */
export function parseTopicTenants(text: string): ReadonlyMap<string, string> | undefined {
  const tenants = new Map<string, string>();
  for (const [topic, tenantId] of pairsIn(text)) {
    if (!intakeTopic.test(topic) || tenantId === '' || tenants.has(topic)) return undefined;
    tenants.set(topic, tenantId);
  }
  return tenants;
}

function pairsIn(text: string): readonly (readonly [string, string])[] {
  return text.split(',').map((pair) => {
    const trimmed = pair.trim();
    const at = trimmed.indexOf('=');
    return at === -1 ? [trimmed, ''] : [trimmed.slice(0, at), trimmed.slice(at + 1)];
  });
}
