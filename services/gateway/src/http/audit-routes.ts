import type { AuditRow } from '@docfleet/database';
import { clampTime } from '@docfleet/domain';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { auditRowOf, auditRowSchema } from '../audit-row.ts';
import { queryInteger } from '../core/query-integer.ts';
import { tenantIdText } from '../core/tenant-id.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';

const auditPage = z
  .object({
    rows: z.array(auditRowSchema),
    next: z.string().nullable().describe('Cursor of the next page; null on the last one.'),
  })
  .meta({ id: 'AuditPage' });

const listQuery = z.object({
  tenant: tenantIdText.optional(),
  action: z
    .string()
    .max(64)
    .regex(/^[a-z-]+\.[a-z-]+$/, 'is not `<kind>.<verb>`')
    .optional()
    .describe('`<kind>.<verb>`, such as `key.issue`.'),
  since: z.iso.datetime().optional(),
  cursor: z
    .string()
    .regex(/^[1-9]\d{0,17}$/, 'is not a cursor returned by this list')
    .optional()
    .describe('`next` of the previous page.'),
  limit: queryInteger({ min: 1, max: 200, byDefault: 50 }),
});

const exportQuery = z.object({
  since: z.iso.datetime().describe('Only rows from this time on.'),
  until: z.iso.datetime().optional().describe('Only rows before this time; default: now.'),
});

/** Rows that an export reads at a time. */
const exportedAtOnce = 500;

/** For fleet-admins: lists and exports the audit log. */
export function auditRoutes(api: Api, { audit, clock }: GatewayParts): void {
  api.get(
    '/v1/audit/export',
    {
      config: { action: 'readAudit' },
      schema: {
        operationId: 'exportAudit',
        summary: 'Export the audit log of a time, oldest first',
        description:
          'One JSON object a line (`AuditRow`), streamed. An answer that ends without a line feed was cut short: ask again ' +
          'from the time of its last whole line.',
        tags: ['audit'],
        querystring: exportQuery,
        response: {
          200: {
            description: 'One `AuditRow` a line.',
            content: { 'application/x-ndjson': { schema: z.any() } },
          },
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      const since = clampTime(Date.parse(request.query.since));
      const { until: end } = request.query;
      const until = end === undefined ? clock.now() : clampTime(Date.parse(end));
      // The first page before the status: a database that is away is a problem document.
      const first = await audit.page({ since, until, limit: exportedAtOnce });
      return reply
        .type('application/x-ndjson')
        .send(Readable.from(linesOf(audit, { since, until, first }), { objectMode: false }));
    },
  );

  api.get(
    '/v1/audit',
    {
      config: { action: 'readAudit' },
      schema: {
        operationId: 'listAudit',
        summary: 'List what was changed and read, and by whom, newest first',
        tags: ['audit'],
        querystring: listQuery,
        response: { 200: auditPage, ...problemResponses },
      },
    },
    async (request) => {
      const { tenant: tenantId, action, since, cursor, limit } = request.query;
      const found = await audit.list({
        tenantId,
        action,
        since: since === undefined ? undefined : clampTime(Date.parse(since)),
        before: cursor === undefined ? undefined : BigInt(cursor),
        limit: limit + 1,
      });
      const rows = found.slice(0, limit);
      const last = found.length > limit ? rows.at(-1) : undefined;
      return {
        rows: rows.map(auditRowOf),
        next: last === undefined ? null : String(last.id),
      };
    },
  );
}

async function* linesOf(
  audit: GatewayParts['audit'],
  range: { readonly since: number; readonly until: number; readonly first: readonly AuditRow[] },
): AsyncGenerator<string> {
  const { since, until, first } = range;
  for (let page = first; ;) {
    const after = page.at(-1);
    if (after === undefined) return;
    yield page.map((row) => `${JSON.stringify(auditRowOf(row))}\n`).join('');
    if (page.length < exportedAtOnce) return;
    page = await audit.page({ since, until, after, limit: exportedAtOnce });
  }
}
