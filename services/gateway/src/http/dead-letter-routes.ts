import { clampTime, FailureError, isoOf, stageNames } from '@docfleet/domain';
import { z } from 'zod';
import { queryInteger } from '../core/query-integer.ts';
import {
  deadLetterDetailSchema,
  deadLetterOf,
  deadLetterPageSchema,
  readDeadLetterCursor,
  redriveSchema,
  writeDeadLetterCursor,
} from '../core/dead-letter.ts';
import { headersWithoutContent, keyWithoutContent, withoutContent } from '../core/hide-content.ts';
import { InvalidRequest } from '../core/problem.ts';
import { tenantIdText } from '../core/tenant-id.ts';
import { mayDo } from '../core/roles.ts';
import { holderOf, listedTenant } from './access.ts';
import { auditContent } from './audit-calls.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';

const deadLetterParams = z.object({ id: z.string().regex(/^[a-z]+-\d{1,6}-\d{1,19}$/) });

const listQuery = z.object({
  tenant: tenantIdText
    .optional()
    .describe('Fleet roles only: dead letters of this tenant; without it, of all tenants.'),
  stage: z.enum(stageNames).optional(),
  code: z
    .string()
    .regex(/^[A-Z_]{1,50}$/)
    .optional(),
  since: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('Only dead letters written at or after this time.'),
  redriven: z
    .enum(['true', 'false'])
    .optional()
    .describe('Only dead letters that have, or have not, been redriven.'),
  cursor: z.string().optional().describe('`next` of the previous page.'),
  limit: queryInteger({ min: 1, max: 200, byDefault: 50 }),
});

/** Lists, shows and redrives dead letters (M-14): a tenant's own, or for fleet roles those of all tenants. */
export function deadLetterRoutes(api: Api, parts: GatewayParts): void {
  const { deadLetters } = parts;
  api.get(
    '/v1/dead-letters',
    {
      config: { action: 'readDeadLetters' },
      schema: {
        operationId: 'listDeadLetters',
        summary: 'List dead letters, newest first',
        tags: ['dead letters'],
        querystring: listQuery,
        response: { 200: deadLetterPageSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { tenant, stage, code, since, redriven, cursor, limit } = request.query;
      const after = cursor === undefined ? undefined : readDeadLetterCursor(cursor);
      if (cursor !== undefined && after === undefined) {
        throw new InvalidRequest([{ path: 'cursor', message: 'is not a cursor returned by this list' }]);
      }
      const holder = holderOf(request);
      const found = await deadLetters.list(holder, {
        tenantId: listedTenant(holder, tenant),
        stage,
        code,
        since: since === undefined ? undefined : clampTime(Date.parse(since)),
        redriven: redriven === undefined ? undefined : redriven === 'true',
        after,
        limit: limit + 1,
      });
      const page = found.slice(0, limit);
      const last = page.at(-1);
      const next = found.length > limit && last !== undefined ? writeDeadLetterCursor(last) : null;
      return { deadLetters: page.map(deadLetterOf), next };
    },
  );

  api.get(
    '/v1/dead-letters/:id',
    {
      config: { action: 'readDeadLetters' },
      schema: {
        operationId: 'readDeadLetter',
        summary: 'Read a dead letter with its record',
        tags: ['dead letters'],
        params: deadLetterParams,
        response: { 200: deadLetterDetailSchema, ...problemResponses },
      },
    },
    async (request, reply) => {
      const holder = holderOf(request);
      const inspected = await deadLetters.inspect(holder, request.params.id);
      if (inspected === undefined) throw new FailureError('NOT_FOUND');
      const { deadLetter, record, origin, value } = inspected;
      const key = record.key?.toString() ?? null;
      const isWhole = mayDo(holder.role, 'readEvidence');
      if (isWhole) auditContent(parts, request, reply);
      const shown = isWhole
        ? { key, headers: { ...record.headers }, value }
        : {
            key: keyWithoutContent(key, deadLetter),
            headers: headersWithoutContent(record.headers),
            value: withoutContent(value),
          };
      return {
        ...deadLetterOf(deadLetter),
        origin: {
          topic: origin.topic,
          partition: origin.partition,
          offset: origin.offset,
          at: isoOf(origin.timestampMs),
        },
        ...shown,
      };
    },
  );

  api.post(
    '/v1/dead-letters/:id/redrive',
    {
      config: { action: 'redrive', isRepeatable: true },
      schema: {
        operationId: 'redriveDeadLetter',
        summary: 'Redrive a dead letter',
        description:
          'Starts the next revision of the same run, with new attempts and a new time budget. The previous revision ' +
          'must have ended (409 `REVISION_UNFINISHED` until then). A repeated call returns the same revision.',
        tags: ['dead letters'],
        params: deadLetterParams,
        response: {
          200: redriveSchema.describe('It had been redriven before.'),
          202: redriveSchema.describe('The revision was started.'),
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      const holder = holderOf(request);
      const { id } = request.params;
      const redriven = await deadLetters.redrive(holder, id);
      return reply.status(redriven.repeated ? 200 : 202).send({ id, ...redriven });
    },
  );
}
