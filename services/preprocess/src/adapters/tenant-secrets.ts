import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { minSecretBytes, isKeyId, type ProofKey } from '@docfleet/tenant-proof';

/** Secrets that the fleet shares with tenants, from files, as they were read last. */
export interface TenantSecrets {
  secretOf(tenantId: string, keyId: string): ProofKey | undefined;
  /** Reads the files again. What cannot be used is named, by path, and left out. */
  reload(): Promise<readonly string[]>;
}

/**
 * `<folder>/<tenantId>/<keyId>`: the first line is the secret in base64 or base64url, at least 32 bytes. Lines
 * `not-before: <ISO 8601>` and `not-after: <ISO 8601>` may follow. A file that is gone is a key that is revoked.
 */
export function tenantSecrets(folder: string | undefined): TenantSecrets {
  let known: ReadonlyMap<string, ProofKey> = new Map();
  return {
    secretOf: (tenantId, keyId) => known.get(`${tenantId}/${keyId}`),
    reload: async () => {
      if (folder === undefined) return [];
      const { keys, unusable } = await readFolder(folder);
      known = keys;
      return unusable;
    },
  };
}

async function readFolder(
  folder: string,
): Promise<{ readonly keys: ReadonlyMap<string, ProofKey>; readonly unusable: readonly string[] }> {
  const keys = new Map<string, ProofKey>();
  const unusable: string[] = [];
  for (const tenantId of await namesIn(folder)) {
    for (const keyId of await namesIn(join(folder, tenantId))) {
      const key = parseSecret(await readFile(join(folder, tenantId, keyId), 'utf8').catch(() => ''));
      if (key === undefined || !isKeyId(keyId)) unusable.push(`${tenantId}/${keyId}`);
      else keys.set(`${tenantId}/${keyId}`, key);
    }
  }
  return { keys, unusable };
}

/** Names that begin with a point are no tenants and no keys: a mounted volume keeps its versions there. */
async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => !name.startsWith('.')).sort();
}

/** Undefined for a text that is no secret. */
export function parseSecret(text: string): ProofKey | undefined {
  const [encoded = '', ...lines] = text.trim().split(/\r?\n/);
  const validity = { 'not-before': 0, 'not-after': null as number | null };
  for (const line of lines.filter((each) => each.trim() !== '')) {
    const [, name, time = ''] = /^(not-before|not-after): *(\S+)$/.exec(line.trim()) ?? [];
    const ms = Date.parse(time);
    if ((name !== 'not-before' && name !== 'not-after') || Number.isNaN(ms)) return undefined;
    validity[name] = ms;
  }
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(encoded)) return undefined;
  const secret = Buffer.from(encoded, 'base64');
  if (secret.byteLength < minSecretBytes) return undefined;
  return {
    algorithm: 'hmac-sha256',
    secret,
    notBeforeMs: validity['not-before'],
    notAfterMs: validity['not-after'],
  };
}
