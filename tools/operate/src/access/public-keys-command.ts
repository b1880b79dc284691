import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { ApiCall } from '../api-client.ts';
import { columns } from '../columns.ts';
import { shortTime } from './access-command.ts';
import type { PublicKeysArguments } from './public-keys-arguments.ts';

const publicKey = z.object({
  keyId: z.string(),
  publicKey: z.string(),
  notBefore: z.string(),
  notAfter: z.string().nullable(),
  revokedAt: z.string().nullable(),
});

/** Lists, adds or revokes the public keys of a tenant. Nothing is changed without `--yes`. @throws ApiRefusal */
export async function publicKeysCommand(
  given: PublicKeysArguments,
  call: ApiCall,
  say: (line: string) => void,
): Promise<void> {
  const base = `/v1/tenants/${encodeURIComponent(given.tenant)}/public-keys`;
  if (given.kind === 'list') {
    const { keys } = z.object({ keys: z.array(publicKey) }).parse(await call(base));
    if (given.json) say(JSON.stringify(keys, null, 2));
    else keyTable(keys).forEach(say);
    return;
  }
  const sentence = `${given.kind} public key ${given.keyId} of tenant ${given.tenant}`;
  if (!given.yes) {
    say(`would ${sentence}; --yes does it`);
    return;
  }
  const answer =
    given.kind === 'add'
      ? await call(base, {
          method: 'POST',
          body: { keyId: given.keyId, publicKey: (await readFile(given.file, 'utf8')).trim() },
        })
      : await call(`${base}/${encodeURIComponent(given.keyId)}/revoke`, { method: 'POST' });
  say(given.json ? JSON.stringify(publicKey.parse(answer), null, 2) : `done: ${sentence}`);
}

function keyTable(keys: readonly z.infer<typeof publicKey>[]): readonly string[] {
  if (keys.length === 0) return ['No public keys.'];
  return columns(
    ['keyId', 'public key', 'from (UTC)', 'state'],
    keys.map(({ keyId, publicKey: text, notBefore, notAfter, revokedAt }) => [
      keyId,
      text,
      shortTime(notBefore),
      revokedAt !== null
        ? `revoked ${shortTime(revokedAt)}`
        : notAfter === null
          ? 'valid'
          : `valid until ${shortTime(notAfter)}`,
    ]),
  );
}
