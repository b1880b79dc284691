import { expect, it } from 'vitest';
import {
  clientCertificatesSchema,
  holderOfCertificate,
  type ClientCertificate,
} from './client-certificate.ts';

const uri = 'spiffe://example.org/acme';
const rules = clientCertificatesSchema.parse([
  { uri, tenant: 'acme', role: 'producer' },
  { subject: { O: 'Acme', CN: 'gate' }, tenant: 'acme', role: 'viewer' },
  { subject: { CN: 'night watch' }, role: 'operator' },
]);
const certificate: ClientCertificate = {
  subject: { O: 'Acme', CN: 'gate' },
  issuer: { CN: 'clients' },
  alternativeNames: 'DNS:localhost, IP Address:127.0.0.1',
  endsAt: 0,
};
const roleOf = (change: Partial<ClientCertificate>): string | undefined =>
  holderOfCertificate({ ...certificate, ...change }, rules)?.scope.role;

it('finds the rule of a URI, or of a subject with all its attributes', () => {
  expect(roleOf({ alternativeNames: `DNS:a, URI:${uri}` })).toBe('producer');
  expect(roleOf({})).toBe('viewer');
  expect(roleOf({ subject: { CN: 'gate' } })).toBeUndefined();
  expect(roleOf({ subject: { O: ['Acme', 'Other'], CN: 'gate' } })).toBeUndefined();
  expect(holderOfCertificate({ ...certificate, subject: { CN: 'night watch' } }, rules)).toEqual({
    scope: { tenantId: null, role: 'operator' },
    subject: 'CN=night watch',
    issuer: 'certificate of CN=clients',
  });
});

it.each([
  `URI:${uri}/more`,
  `DNS:URI:${uri}`,
  `DNS:"a, URI:${uri}, b"`,
  `DNS:"a\\", URI:${uri}, b"`,
  `URI:"${uri}"`,
])('takes no URI from %j', (alternativeNames) => {
  expect(roleOf({ subject: {}, alternativeNames })).toBeUndefined();
});

it.each([
  ['both ways', { uri, subject: { CN: 'a' }, tenant: 'acme', role: 'viewer' }],
  ['no attribute', { subject: {}, tenant: 'acme', role: 'viewer' }],
  ['a tenant with a role of the fleet', { uri, tenant: 'acme', role: 'operator' }],
  ['a role of tenants without a tenant', { uri, role: 'viewer' }],
])('refuses a rule with %s', (_what, rule) => {
  expect(clientCertificatesSchema.safeParse([rule]).success).toBe(false);
});
