import fc from 'fast-check';
import { expect, it } from 'vitest';
import { entryOfCall, isAudited, type AuditedCall } from './audited-call.ts';

const call: AuditedCall = {
  at: 1_000,
  caller: { keyId: 'k', tenantId: 'acme', role: 'viewer', address: '192.0.2.1' },
  method: 'GET',
  route: '/v1/jobs/:runId/artifacts/:name',
  action: 'readArtifacts',
  params: { runId: 'r', name: 'result.json' },
  location: undefined,
  status: 200,
  complete: true,
};

it('A-07: every write and every read of content is audited, reading the status is not', () => {
  expect(isAudited('POST', 'submit')).toBe(true);
  expect(isAudited('PUT', 'manageTenants')).toBe(true);
  expect(isAudited('DELETE', 'read')).toBe(true);
  expect(isAudited('GET', 'readArtifacts')).toBe(true);
  expect(isAudited('HEAD', 'readEvidence')).toBe(true);
  expect(isAudited('GET', 'read')).toBe(false);
  expect(isAudited('GET', 'manageKeys')).toBe(false);
});

it('A-07: the row of a call says who, what, when, from where and with which outcome', () => {
  expect(entryOfCall(call)).toEqual({
    at: 1_000,
    actorKeyId: 'k',
    actorSubject: null,
    actorIssuer: null,
    actorRole: 'viewer',
    address: '192.0.2.1',
    tenantId: 'acme',
    action: 'call.read-artifacts',
    subject: 'r/result.json',
    status: 200,
    detail: { method: 'GET', route: '/v1/jobs/:runId/artifacts/:name' },
  });
});

it('A-07: a token is named by subject and issuer instead of a key', () => {
  const identity = { issuer: 'https://id.example.org', subject: 'u1' };
  const { actorKeyId, actorSubject, actorIssuer } = entryOfCall({
    ...call,
    caller: { ...call.caller, keyId: 'u1 (https://id.example.org)', identity },
  });
  expect([actorKeyId, actorSubject, actorIssuer]).toEqual([null, 'u1', 'https://id.example.org']);
});

it('names what was made where the path names nothing, and marks what was not sent whole', () => {
  const submitted = { ...call, route: '/v1/jobs', params: {}, location: '/v1/jobs/r7', complete: false };
  expect(entryOfCall(submitted)).toMatchObject({ subject: 'r7', detail: { complete: false } });
  expect(entryOfCall({ ...submitted, location: undefined }).subject).toBe('/v1/jobs');
});

it('belongs to the tenant that a call of a fleet role names', () => {
  const caller = { keyId: 'f', tenantId: null, role: 'fleet-admin' } as const;
  expect(entryOfCall({ ...call, caller, params: { tenantId: 'other' } }).tenantId).toBe('other');
  expect(entryOfCall({ ...call, caller, params: { tenantId: 'a\u0000' } }).tenantId).toBeNull();
  expect(entryOfCall({ ...call, params: { tenantId: 'other' } }).tenantId).toBe('acme');
});

it('has a subject that the database can store, whatever the path says', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (runId) => {
      const { subject } = entryOfCall({ ...call, params: { runId: `\u0000\ud800${runId}` } });
      expect(subject.isWellFormed() && !subject.includes('\u0000') && subject.length <= 200).toBe(true);
    }),
  );
});
