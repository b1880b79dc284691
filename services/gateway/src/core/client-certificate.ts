import { fleetRoles, isTenantId, tenantRoles, type KeyScope } from '@docfleet/domain';
import { z } from 'zod';

const text = z.string().min(1).max(500);

const tenantScope = {
  tenant: z.string().refine(isTenantId, 'the id of a tenant'),
  role: z.enum(tenantRoles),
};
const fleetScope = { role: z.enum(fleetRoles) };

/** `uri`: a URI among the subject's alternative names. `subject`: attributes such as CN and O, all of which must be equal. */
const byUri = { uri: text };
const bySubject = {
  subject: z
    .record(z.string().regex(/^[A-Za-z]{1,40}$/), text)
    .refine((attributes) => Object.keys(attributes).length > 0, 'at least one attribute'),
};

/** Which client certificates stand for which tenant and role; the first one that fits is taken. */
export const clientCertificatesSchema = z
  .array(
    z.union(
      [
        z.strictObject({ ...byUri, ...tenantScope }),
        z.strictObject({ ...bySubject, ...tenantScope }),
        z.strictObject({ ...byUri, ...fleetScope }),
        z.strictObject({ ...bySubject, ...fleetScope }),
      ],
      'uri or subject, and tenant with a role of tenants, or a role of the fleet',
    ),
  )
  .max(1_000);

export type ClientCertificateRule = z.infer<typeof clientCertificatesSchema>[number];

/** What the certificate of a connection says. Its chain was verified against the configured authorities. */
export interface ClientCertificate {
  readonly subject: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly issuer: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** As Node gives it, such as `URI:spiffe://a, DNS:b`. */
  readonly alternativeNames: string;
  /** Milliseconds since the epoch: a connection may outlast its certificate. */
  readonly endsAt: number;
}

/** Whom a certificate stands for, and how it is named; undefined where no rule fits. */
export function holderOfCertificate(
  certificate: ClientCertificate,
  rules: readonly ClientCertificateRule[],
): { readonly scope: KeyScope; readonly subject: string; readonly issuer: string } | undefined {
  const uris = urisOf(certificate.alternativeNames);
  const rule = rules.find((each) =>
    'uri' in each
      ? uris.includes(each.uri)
      : Object.entries(each.subject).every(([name, value]) => certificate.subject[name] === value),
  );
  if (rule === undefined) return undefined;
  return {
    scope:
      'tenant' in rule ? { tenantId: rule.tenant, role: rule.role } : { tenantId: null, role: rule.role },
    subject: 'uri' in rule ? rule.uri : nameOf(rule.subject),
    issuer: `certificate of ${nameOf(certificate.issuer)}`,
  };
}

/** Names with commas or quotes come quoted, and none of those is taken: what is inside could look like another name. */
function urisOf(alternativeNames: string): readonly string[] {
  return alternativeNames
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
    .split(', ')
    .flatMap((each) => (each.startsWith('URI:') && !each.includes('"') ? [each.slice('URI:'.length)] : []));
}

const maxNameLength = 200;

function nameOf(attributes: Readonly<Record<string, string | readonly string[] | undefined>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(',')
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .slice(0, maxNameLength);
}
