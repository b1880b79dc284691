import { UsageError } from '@docfleet/command-line';
import { describe, expect, it } from 'vitest';
import { parseKeys, parseTenants } from './access-arguments.ts';

const manner = { json: false, yes: true };
const keyId = '6a1d4c0e-5b0f-5a67-9d0a-6f1f2f6f7c11';

describe('A-07: parseTenants', () => {
  it.each([
    [['list'], {}, { kind: 'list' }],
    [['create', 'acme'], { name: 'Acme' }, { kind: 'create', tenantId: 'acme', name: 'Acme' }],
    [['suspend', 'acme'], {}, { kind: 'suspend', tenantId: 'acme' }],
    [['resume', 'acme'], {}, { kind: 'resume', tenantId: 'acme' }],
    [['sources', 'acme', 'in', 'b/c'], {}, { kind: 'sources', tenantId: 'acme', sources: ['in', 'b/c'] }],
    [['sources', 'acme', 'default'], {}, { kind: 'sources', tenantId: 'acme', sources: null }],
    [['sources', 'acme', 'none'], {}, { kind: 'sources', tenantId: 'acme', sources: [] }],
  ])('reads %j', (operands, options, expected) => {
    expect(parseTenants(operands, { ...manner, ...options })).toEqual({ ...manner, ...expected });
  });

  it.each([
    [[]],
    [['create']],
    [['sources', 'acme']],
    [['list', 'acme']],
    [['suspend', 'a', 'b']],
    [['remove', 'a']],
  ])('refuses %j', (operands) => {
    expect(() => parseTenants(operands, manner)).toThrow(UsageError);
  });
});

describe('A-07: parseKeys', () => {
  it.each([
    [['list'], {}, { kind: 'list', tenant: undefined }],
    [['issue'], { tenant: 'acme', role: 'viewer' }, { kind: 'issue', tenant: 'acme', role: 'viewer' }],
    [['issue'], { role: 'operator' }, { kind: 'issue', tenant: undefined, role: 'operator' }],
    [['rotate', keyId], { tenant: 'acme' }, { kind: 'rotate', tenant: 'acme', keyId, graceSeconds: 86_400 }],
    [['rotate', keyId], { grace: '0m' }, { kind: 'rotate', tenant: undefined, keyId, graceSeconds: 0 }],
    [['revoke', keyId], {}, { kind: 'revoke', tenant: undefined, keyId }],
    [['bootstrap'], { name: 'first' }, { kind: 'bootstrap', name: 'first' }],
  ])('reads %j', (operands, options, expected) => {
    expect(parseKeys(operands, { ...manner, ...options })).toEqual({ ...manner, ...expected });
  });

  it.each([
    [[], {}],
    [['issue'], {}],
    [['issue'], { role: 'admin', tenant: 'acme' }],
    [['issue'], { role: 'viewer' }],
    [['issue'], { role: 'operator', tenant: 'acme' }],
    [['rotate'], {}],
    [['rotate', 'seven'], {}],
    [['rotate', keyId], { grace: '31d' }],
    [['rotate', keyId], { grace: 'soon' }],
    [['list', keyId], {}],
  ])('refuses %j with %j', (operands, options) => {
    expect(() => parseKeys(operands, { ...manner, ...options })).toThrow(UsageError);
  });
});
