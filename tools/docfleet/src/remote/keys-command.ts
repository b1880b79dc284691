import type { ApiKey, IssuedApiKey } from '@docfleet/client';
import { commands, usageError, type ValuesOf } from '@docfleet/command-line';
import { tenantRoles } from '@docfleet/domain';
import { plainText } from '../render/plain-text.ts';
import type { Shell } from '../shell.ts';
import { explaining } from './advice.ts';
import { openClient } from './open-client.ts';

const { keys } = commands.docfleet.subcommands;

/** `docfleet keys`: manages the API keys of a tenant. */
export async function keysCommand(
  {
    operands: [verb = '', keyId, ...more],
    values,
  }: { readonly operands: readonly string[]; readonly values: ValuesOf<typeof keys.options> },
  shell: Shell,
): Promise<number> {
  const { stdout, stderr, signal } = shell;
  const { tenant: tenantId, name } = values;
  const role = tenantRoles.find((each) => each === values.role);
  const needsId = verb === 'rotate' || verb === 'revoke';
  if (tenantId === undefined) throw usageError(keys, 'needs --tenant');
  if (verb === 'issue' && role === undefined) throw usageError(keys, 'issue needs --role');
  if (needsId !== (keyId !== undefined) || more.length > 0)
    throw usageError(keys, needsId ? `${verb} takes the id of one key` : `${verb} takes no more arguments`);
  const client = openClient(shell);
  const isJson = values.json || stdout.isTTY !== true;
  const print = (key: ApiKey | IssuedApiKey): void => {
    stdout.write(isJson ? `${JSON.stringify(key)}\n` : `${lineOf(key)}\n`);
  };
  return explaining(
    (text) => void stderr.write(text),
    async () => {
      switch (verb) {
        case 'list':
          (await client.listTenantKeys({ tenantId }, { signal })).keys.forEach(print);
          break;
        case 'issue': {
          const body = { role: role ?? 'viewer', ...(name === undefined ? {} : { name }) };
          print(await client.issueTenantKey({ tenantId, body }, { signal }));
          break;
        }
        case 'rotate': {
          const input = { tenantId, keyId: keyId ?? '', graceSeconds: Number(values.grace) };
          print(await client.rotateTenantKey(input, { signal }));
          break;
        }
        case 'revoke':
          print(await client.revokeTenantKey({ tenantId, keyId: keyId ?? '' }, { signal }));
      }
      return 0;
    },
  );
}

/** What a person looks for: which key, what it may do, and whether it is used. */
function lineOf(key: ApiKey | IssuedApiKey): string {
  const { keyId, role, name, prefix, expiresAt, lastUsedAt, revokedAt } = key;
  const state =
    revokedAt !== null
      ? `revoked ${revokedAt}`
      : `${lastUsedAt === null ? 'not used yet' : `used ${lastUsedAt}`}${expiresAt === null ? '' : `, valid until ${expiresAt}`}`;
  const line = [keyId, role, name === null ? '' : plainText(name), `${prefix}...`, state]
    .filter((each) => each !== '')
    .join('  ');
  return 'key' in key ? `${line}\n${key.key}\nIt is not stored and cannot be shown again.` : line;
}
