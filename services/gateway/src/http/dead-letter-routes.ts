import type { DeadLetter } from '@docfleet/contracts';
import type { KeyHolder } from '@docfleet/database';
import { FailureError, stageNames } from '@docfleet/domain';
import { z } from 'zod';
import {
  deadLetterDetailSchema,
  deadLetterOf,
  deadLetterPageSchema,
  hideClientValues,
  readDeadLetterCursor,
  redriveSchema,
  writeDeadLetterCursor,
} from '../core/dead-letter.ts';
import { InvalidRequest } from '../core/problem.ts';
import { mayDo } from '../core/roles.ts';
import { holderOf } from './access.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';

const deadLetterParams = z.object({ id: z.string().regex(/^[a-z]+-\d{1,6}-\d{1,19}$/) });

const listQuery = z.object({
  tenant: z.string().optional().describe('Admins only: another tenant; without it, all tenants.'),
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
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** Lists, shows and redrives dead letters (M-14); those of other tenants for admins only. */
export function deadLetterRoutes(api: Api, { deadLetters }: GatewayParts): void {
  api.get(
    '/v1/dead-letters',
    {
      config: { action: 'readDeadLetters' },
      schema: {
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
      const found = await deadLetters.list({
        tenantId: tenantOf(holderOf(request), tenant),
        stage,
        code,
        since: since === undefined ? undefined : Date.parse(since),
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
        summary: 'Read a dead letter with its record',
        tags: ['dead letters'],
        params: deadLetterParams,
        response: { 200: deadLetterDetailSchema, ...problemResponses },
      },
    },
    async (request) => {
      const holder = holderOf(request);
      const inspected = await deadLetters.inspect(request.params.id);
      if (inspected === undefined || !mayRead(holder, inspected.deadLetter)) {
        throw new FailureError('NOT_FOUND');
      }
      const { deadLetter, record, origin, value } = inspected;
      return {
        ...deadLetterOf(deadLetter),
        origin: {
          topic: origin.topic,
          partition: origin.partition,
          offset: origin.offset,
          at: new Date(origin.timestampMs).toISOString(),
        },
        key: record.key?.toString() ?? null,
        headers: { ...record.headers },
        value: mayDo(holder.role, 'readEvidence') ? value : hideClientValues(value),
      };
    },
  );

  api.post(
    '/v1/dead-letters/:id/redrive',
    {
      config: { action: 'redrive' },
      schema: {
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
      const deadLetter = await deadLetters.find(id);
      if (deadLetter === undefined || !mayRead(holder, deadLetter)) throw new FailureError('NOT_FOUND');
      const redriven = await deadLetters.redrive(id, holder.keyId);
      return reply.status(redriven.repeated ? 200 : 202).send({ id, ...redriven });
    },
  );
}

/** The tenant whose dead letters are listed; undefined: all tenants. */
function tenantOf(holder: KeyHolder, asked: string | undefined): string | undefined {
  if (holder.role === 'admin') return asked;
  if (asked !== undefined && asked !== holder.tenantId) throw new FailureError('FORBIDDEN');
  return holder.tenantId;
}

function mayRead(holder: KeyHolder, deadLetter: DeadLetter): boolean {
  return holder.role === 'admin' || deadLetter.tenantId === holder.tenantId;
}
