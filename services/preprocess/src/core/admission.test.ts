import { randomUUID } from 'node:crypto';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { TenantSettings } from '@docfleet/contracts';
import { headerNames } from '@docfleet/domain';
import {
  signRecord,
  writePublicKey,
  type ProofKey,
  type ProofMode,
  type SigningKey,
} from '@docfleet/tenant-proof';
import { documentSubmitted } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import { createAdmission, type SubmittedRecord } from './admission.ts';

const at = 1_700_000_000_000;
const newKey = (keyId: string) => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const signing: SigningKey = { keyId, algorithm: 'ed25519', privateKey };
  return {
    signing,
    publicKey,
    published: { keyId, publicKey: writePublicKey(publicKey), notBefore: 0, notAfter: null },
  };
};
const [old, current, others, revoked, fleet] = ['old', 'current', 'current', 'gone', 'fleet.1'].map(newKey);
if (!old || !current || !others || !revoked || !fleet) throw new Error('no keys');
const fleetKey = fleet.publicKey;
const secret = randomBytes(32);
const shared: SigningKey = { keyId: 'shared', algorithm: 'hmac-sha256', secret };
const endless = { notBeforeMs: 0, notAfterMs: null };

const settings = (facts: Partial<TenantSettings>): TenantSettings => ({
  tenantId: 'acme',
  version: 1,
  state: 'active',
  publicKeys: [],
  sources: null,
  policies: {},
  at: 0,
  ...facts,
});
const known: Record<string, TenantSettings> = {
  acme: settings({ publicKeys: [old.published, current.published] }),
  other: settings({ tenantId: 'other', publicKeys: [others.published] }),
  paused: settings({ tenantId: 'paused', state: 'suspended', publicKeys: [current.published] }),
  settled: settings({ tenantId: 'settled', policies: { region: 'south' } }),
  // A fleet key that a tenant has registered under the fleet's name is not looked at.
  sly: settings({ tenantId: 'sly', publicKeys: [{ ...current.published, keyId: 'fleet.1' }] }),
};

const problems: string[] = [];

/** The code with which a record is refused; `admitted` if it is not. */
function outcome(
  mode: ProofMode,
  facts: {
    tenantId?: string;
    requestId?: string | null;
    region?: string | null;
    signedWith?: SigningKey;
    signedAs?: string;
    signedAt?: number;
    seen?: Partial<SubmittedRecord>;
  } = {},
): string {
  const { tenantId = 'acme', requestId = 'r', region = null, seen } = facts;
  const { signedWith, signedAs = tenantId, signedAt = at } = facts;
  const value = Buffer.from(`value of ${signedAs}`);
  const record = { topic: 'documents.normal', key: Buffer.from('k'), value };
  const admission = createAdmission({
    mode,
    region: 'north',
    windowMs: 60_000,
    fleetKeys: new Map<string, ProofKey>([
      ['fleet.1', { ...endless, algorithm: 'ed25519', publicKey: fleetKey }],
    ]),
    settingsOf: (id) => known[id],
    secretOf: (id, keyId) =>
      `${id}/${keyId}` === 'acme/shared' ? { ...endless, algorithm: 'hmac-sha256', secret } : undefined,
    tenantOfTopic: new Map([['documents.high', 'acme']]),
    onUnproven: (problem) => problems.push(problem),
  });
  const headers: Record<string, string> =
    signedWith === undefined
      ? {}
      : { [headerNames.proof]: signRecord({ ...record, tenantId: signedAs }, signedWith, signedAt) };
  try {
    admission.admit(documentSubmitted({ tenantId, requestId, region }), {
      ...record,
      headers,
      timestampMs: at,
      isRetry: false,
      ...seen,
    });
    return 'admitted';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const current_ = current.signing;

describe('M-23: under `signature`', () => {
  it.each([
    ['a key of the tenant', current_],
    ['an older key that still stands', old.signing],
    ['a shared secret', shared],
    ['the fleet’s key', fleet.signing],
  ])('admits what %s has signed', (_, signedWith) => {
    expect(outcome('signature', { signedWith })).toBe('admitted');
  });

  it.each([
    ['without a proof', {}],
    ['signed with a key of another tenant', { signedWith: others.signing }],
    ['signed with a revoked key', { signedWith: revoked.signing }],
    ['signed for another tenant', { signedWith: current_, signedAs: 'other' }],
    ['moved to another tenant', { tenantId: 'other', signedWith: current_, signedAs: 'acme' }],
    ['of a tenant without keys', { tenantId: 'unknown', signedWith: current_ }],
    ['of a tenant whose secret it is not', { tenantId: 'other', signedWith: shared }],
    [
      'signed by a tenant in the fleet’s name',
      { tenantId: 'sly', signedWith: { ...current_, keyId: 'fleet.1' } },
    ],
    ['of no tenant', { tenantId: 'NOT A TENANT', signedWith: fleet.signing }],
    ['with another value', { signedWith: current_, seen: { value: Buffer.from('changed') } }],
    ['without a value', { signedWith: current_, seen: { value: null } }],
    ['with another key', { signedWith: current_, seen: { key: null } }],
    ['in another lane', { signedWith: current_, seen: { topic: 'documents.urgent' } }],
    ['stored too long after it was signed', { signedWith: current_, signedAt: at - 60_001 }],
    ['signed for later', { signedWith: current_, signedAt: at + 60_001 }],
  ])('refuses a record %s', (_, facts) => {
    expect(outcome('signature', facts)).toBe('TENANT_UNVERIFIED');
  });

  it('refuses a record without a requestId, because a copy of it would be another run', () => {
    expect(outcome('signature', { signedWith: current_, requestId: null })).toBe('RECORD_INVALID');
  });

  it('says why a record proves nothing', () => {
    problems.length = 0;
    outcome('signature');
    outcome('signature', { signedWith: revoked.signing });
    outcome('signature', { tenantId: '-', signedWith: current_ });
    expect(problems).toEqual(['missing', 'unknown-key', 'not-a-tenant']);
  });
});

describe('M-23: under `broker`', () => {
  const high = { seen: { topic: 'documents.high' } };

  it('admits the tenant of the topic, and what the fleet has signed', () => {
    expect([
      outcome('broker', high),
      outcome('broker', { ...high, requestId: null }),
      outcome('broker', { signedWith: fleet.signing }),
    ]).toEqual(['admitted', 'admitted', 'admitted']);
  });

  it('refuses every other record, also one that its tenant has signed', () => {
    expect([
      outcome('broker', { ...high, tenantId: 'other' }),
      outcome('broker'),
      outcome('broker', { signedWith: current_ }),
    ]).toEqual(['TENANT_UNVERIFIED', 'TENANT_UNVERIFIED', 'TENANT_UNVERIFIED']);
  });
});

it('A-02: an id of a file of a batch or drop folder is refused of tenants, and taken of the gateway', () => {
  const requestId = `batch-${randomUUID()}-1`;
  const high = { seen: { topic: 'documents.high' }, requestId };
  expect([
    outcome('signature', { signedWith: current_, requestId }),
    outcome('signature', { signedWith: shared, requestId: `drop-${'0a'.repeat(32)}` }),
    outcome('broker', high),
    outcome('signature', { signedWith: fleet.signing, requestId }),
    outcome('broker', { signedWith: fleet.signing, requestId }),
    outcome('signature', { signedWith: current_, requestId: 'batch-2026-11' }),
  ]).toEqual([
    ...['RECORD_INVALID', 'RECORD_INVALID', 'RECORD_INVALID'],
    ...['admitted', 'admitted', 'admitted'],
  ]);
});

it('M-23: under `off`, admits every well-formed tenant', () => {
  expect([
    outcome('off'),
    outcome('off', { tenantId: 'unknown', requestId: null }),
    outcome('off', { tenantId: 'NOT A TENANT' }),
  ]).toEqual(['admitted', 'admitted', 'TENANT_UNVERIFIED']);
});

it.each(['signature', 'broker', 'off'] as const)('M-23: under `%s`, refuses a suspended tenant', (mode) => {
  expect(outcome(mode, { tenantId: 'paused', signedWith: fleet.signing })).toBe('TENANT_SUSPENDED');
});

it('M-22: refuses a record without a region of a tenant whose documents belong to another one', () => {
  expect([
    outcome('off', { tenantId: 'settled' }),
    outcome('off', { tenantId: 'settled', region: 'north' }),
    outcome('off', { tenantId: 'settled', seen: { isRetry: true } }),
  ]).toEqual(['REGION_MISMATCH', 'admitted', 'admitted']);
});

it.each(['signature', 'broker', 'off'] as const)(
  'M-23: under `%s`, admits what was admitted before: a retry, whatever became of key and tenant',
  (mode) => {
    const seen = { isRetry: true };
    expect([outcome(mode, { seen }), outcome(mode, { tenantId: 'paused', seen })]).toEqual([
      'admitted',
      'admitted',
    ]);
  },
);
