import { z } from 'zod';
import type { ApiCall } from '../api-client.ts';
import { columns } from '../columns.ts';
import type { KeysArguments, TenantsArguments } from './access-arguments.ts';

const tenant = z.object({
  tenantId: z.string(),
  name: z.string(),
  createdAt: z.string(),
  suspendedAt: z.string().nullable(),
});

const key = z.object({
  keyId: z.string(),
  tenantId: z.string().nullable(),
  role: z.string(),
  name: z.string().nullable(),
  prefix: z.string(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
});

const issued = key.extend({ key: z.string() });

type Say = (line: string) => void;

/** Lists, creates, suspends or resumes tenants. Nothing is changed without `--yes`. @throws ApiRefusal */
export async function tenantsCommand(given: TenantsArguments, call: ApiCall, say: Say): Promise<void> {
  if (given.kind === 'list') {
    const { tenants } = z.object({ tenants: z.array(tenant) }).parse(await call('/v1/tenants'));
    if (given.json) say(JSON.stringify(tenants, null, 2));
    else tenantTable(tenants).forEach(say);
    return;
  }
  if (!given.yes) {
    say(`would ${tenantSentence(given)}; --yes does it`);
    return;
  }
  const answer =
    given.kind === 'sources'
      ? await call(`/v1/tenants/${encodeURIComponent(given.tenantId)}/sources`, {
          method: 'PUT',
          body: { sources: given.sources },
        })
      : given.kind === 'create'
        ? await call('/v1/tenants', { method: 'POST', body: { tenantId: given.tenantId, name: given.name } })
        : await call(`/v1/tenants/${encodeURIComponent(given.tenantId)}/${given.kind}`, { method: 'POST' });
  if (given.json) say(JSON.stringify(tenant.parse(answer), null, 2));
  else say(`done: ${tenantSentence(given)}`);
}

/** Lists, issues, rotates or revokes keys. Nothing is changed without `--yes`. @throws ApiRefusal */
export async function keysCommand(
  given: Exclude<KeysArguments, { kind: 'bootstrap' }>,
  call: ApiCall,
  say: Say,
): Promise<void> {
  const base =
    given.tenant === undefined ? '/v1/fleet/keys' : `/v1/tenants/${encodeURIComponent(given.tenant)}/keys`;
  if (given.kind === 'list') {
    const { keys } = z.object({ keys: z.array(key) }).parse(await call(base));
    if (given.json) say(JSON.stringify(keys, null, 2));
    else keyTable(keys).forEach(say);
    return;
  }
  if (!given.yes) {
    say(`would ${sentenceOf(given)}; --yes does it`);
    return;
  }
  switch (given.kind) {
    case 'issue': {
      const body = { role: given.role, name: given.name };
      sayIssued(issued.parse(await call(base, { method: 'POST', body })), given.json, say);
      return;
    }
    case 'rotate': {
      const path = `${base}/${given.keyId}/rotate?graceSeconds=${given.graceSeconds}`;
      sayIssued(issued.parse(await call(path, { method: 'POST' })), given.json, say);
      return;
    }
    case 'revoke': {
      const revoked = key.parse(await call(`${base}/${given.keyId}/revoke`, { method: 'POST' }));
      say(given.json ? JSON.stringify(revoked, null, 2) : `done: ${sentenceOf(given)}`);
    }
  }
}

/** Prints a new key, which cannot be shown again. */
export function sayIssued(
  made: { readonly key: string; readonly keyId: string; readonly role: string },
  json: boolean,
  say: Say,
): void {
  if (json) {
    say(JSON.stringify(made, null, 2));
    return;
  }
  say(made.key);
  say(`This is the key ${made.keyId}, role ${made.role}. It is stored as a hash and cannot be shown again.`);
}

function sentenceOf(given: Extract<KeysArguments, { kind: 'issue' | 'rotate' | 'revoke' }>): string {
  const whose = given.tenant === undefined ? 'the fleet' : `tenant ${given.tenant}`;
  switch (given.kind) {
    case 'issue':
      return `issue a key of role ${given.role} for ${whose}`;
    case 'rotate':
      return `rotate key ${given.keyId} of ${whose}; the old one remains valid for ${given.graceSeconds} s`;
    case 'revoke':
      return `revoke key ${given.keyId} of ${whose}`;
  }
}

function tenantSentence(given: Exclude<TenantsArguments, { kind: 'list' }>): string {
  if (given.kind !== 'sources') return `${given.kind} tenant ${given.tenantId}`;
  const sources = given.sources === null ? 'the default' : given.sources.join(', ') || 'none';
  return `set the sources of tenant ${given.tenantId} to ${sources}`;
}

function tenantTable(tenants: readonly z.infer<typeof tenant>[]): readonly string[] {
  if (tenants.length === 0) return ['No tenants.'];
  return columns(
    ['tenant', 'name', 'created (UTC)', 'state'],
    tenants.map(({ tenantId, name, createdAt, suspendedAt }) => [
      tenantId,
      name,
      shortTime(createdAt),
      suspendedAt === null ? 'active' : `suspended ${shortTime(suspendedAt)}`,
    ]),
  );
}

function keyTable(keys: readonly z.infer<typeof key>[]): readonly string[] {
  if (keys.length === 0) return ['No keys.'];
  return columns(
    ['keyId', 'prefix', 'role', 'name', 'created (UTC)', 'last used (UTC)', 'state'],
    keys.map((each) => [
      each.keyId,
      each.prefix,
      each.role,
      each.name ?? '-',
      shortTime(each.createdAt),
      each.lastUsedAt === null ? '-' : shortTime(each.lastUsedAt),
      stateOf(each),
    ]),
  );
}

function stateOf({ revokedAt, expiresAt }: z.infer<typeof key>): string {
  if (revokedAt !== null) return `revoked ${shortTime(revokedAt)}`;
  return expiresAt === null ? 'valid' : `valid until ${shortTime(expiresAt)}`;
}

/** To the minute, for tables. */
export function shortTime(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}
