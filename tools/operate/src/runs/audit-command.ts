import { z } from 'zod';
import type { ApiCall } from '../api-client.ts';
import { columns } from '../columns.ts';

export interface AuditArguments {
  readonly tenant: string | undefined;
  readonly action: string | undefined;
  /** Milliseconds since the epoch. */
  readonly since: number | undefined;
  readonly limit: number;
  readonly json: boolean;
}

const row = z.object({
  id: z.string(),
  at: z.string(),
  actorKeyId: z.string().nullable(),
  actorSubject: z.string().nullable().default(null),
  address: z.string().nullable().default(null),
  status: z.number().nullable().default(null),
  actorRole: z.string(),
  tenantId: z.string().nullable(),
  action: z.string(),
  subject: z.string(),
  detail: z.record(z.string(), z.unknown()),
});
const page = z.object({ rows: z.array(row), next: z.string().nullable() });

/** Rows that one call of the API gives at most. */
const pageSize = 200;

/** Prints the newest rows of the audit log. @throws ApiRefusal */
export async function auditCommand(
  given: AuditArguments,
  call: ApiCall,
  say: (line: string) => void,
): Promise<void> {
  const rows: z.infer<typeof row>[] = [];
  let cursor: string | null = '';
  while (cursor !== null && rows.length < given.limit) {
    const query = new URLSearchParams({
      limit: String(Math.min(pageSize, given.limit - rows.length)),
      ...(given.tenant === undefined ? {} : { tenant: given.tenant }),
      ...(given.action === undefined ? {} : { action: given.action }),
      ...(given.since === undefined ? {} : { since: new Date(given.since).toISOString() }),
      ...(cursor === '' ? {} : { cursor }),
    });
    const found = page.parse(await call(`/v1/audit?${query.toString()}`));
    rows.push(...found.rows);
    cursor = found.next;
  }
  if (given.json) say(JSON.stringify(rows, null, 2));
  else if (rows.length === 0) say('No rows.');
  else
    columns(
      ['time (UTC)', 'role', 'caller', 'from', 'tenant', 'action', 'subject', 'status', 'detail'],
      rows.map((each) => [
        each.at.slice(0, 19).replace('T', ' '),
        each.actorRole,
        each.actorKeyId ?? each.actorSubject ?? '-',
        each.address ?? '-',
        each.tenantId ?? '-',
        each.action,
        each.subject,
        each.status === null ? '-' : String(each.status),
        JSON.stringify(each.detail),
      ]),
    ).forEach(say);
}
