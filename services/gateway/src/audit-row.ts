import type { AuditRow } from '@docfleet/database';
import { isoOf } from '@docfleet/domain';
import { z } from 'zod';

export const auditRowSchema = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    actorKeyId: z
      .string()
      .nullable()
      .describe('Null where no API key acted: a token, a certificate, or a command against the database.'),
    actorSubject: z.string().nullable().describe('Who acted, as the token or the certificate says.'),
    actorIssuer: z.string().nullable().describe('The issuer of that token or certificate.'),
    actorRole: z.string(),
    tenantId: z.string().nullable(),
    action: z.string().describe('`<kind>.<verb>`; calls are `call.<action>`.'),
    subject: z.string(),
    address: z.string().nullable().describe('Where the call came from.'),
    status: z
      .int()
      .nullable()
      .describe('HTTP status of the call; null for a row that was written with its change.'),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    position: z.string().nullable().describe('Place in the chain; null until the row is sealed.'),
    hash: z.string().nullable().describe('SHA-256 of the row and of the hash before it, in hex.'),
  })
  .meta({ id: 'AuditRow' });

export function auditRowOf(row: AuditRow): z.infer<typeof auditRowSchema> {
  const { actorKeyId, actorSubject, actorIssuer, actorRole, tenantId, action, subject, address, status } =
    row;
  return {
    id: String(row.id),
    at: isoOf(row.at),
    ...{ actorKeyId, actorSubject, actorIssuer, actorRole, tenantId, action, subject, address, status },
    detail: { ...row.detail },
    position: row.sealedAs === null ? null : String(row.sealedAs),
    hash: row.hash === null ? null : row.hash.toString('hex'),
  };
}
