import type { DeadLetter, KeyHolder } from '@docfleet/database';
import { FailureError, stageNames } from '@docfleet/domain';
import { z } from 'zod';
import {
  deadLetterDetailSchema,
  deadLetterOf,
  deadLetterPageSchema,
  readLetterCursor,
  redriveSchema,
  withoutPrivate,
  writeLetterCursor,
} from '../core/dead-letter.ts';
import { InvalidRequest } from '../core/problem.ts';
import { mayDo } from '../core/roles.ts';
import { holderOf } from './access.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';

const letterParams = z.object({ id: z.string().regex(/^[a-z]+-\d{1,6}-\d{1,19}$/) });

const listQuery = z.object({
  tenant: z.string().optional().describe("Another tenant than one's own, or all when left out: admin only."),
  stage: z.enum(stageNames).optional(),
  code: z
    .string()
    .regex(/^[A-Z_]{1,50}$/)
    .optional(),
  since: z.iso.datetime({ offset: true }).optional().describe('Written then or later.'),
  redriven: z.enum(['true', 'false']).optional().describe('Whether it has been sent again.'),
  cursor: z.string().optional().describe('`next` of the page before.'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** What stages have given up: look at it, send it again (M-14). Of other tenants for admins only. */
export function deadLetterRoutes(api: Api, { desk }: GatewayParts): void {
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
      const after = cursor === undefined ? undefined : readLetterCursor(cursor);
      if (cursor !== undefined && after === undefined) {
        throw new InvalidRequest([{ path: 'cursor', message: 'is not a cursor of this list' }]);
      }
      const found = await desk.list({
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
      const next = found.length > limit && last !== undefined ? writeLetterCursor(last) : null;
      return { deadLetters: page.map(deadLetterOf), next };
    },
  );

  api.get(
    '/v1/dead-letters/:id',
    {
      config: { action: 'readDeadLetters' },
      schema: {
        summary: 'A dead letter with its record',
        tags: ['dead letters'],
        params: letterParams,
        response: { 200: deadLetterDetailSchema, ...problemResponses },
      },
    },
    async (request) => {
      const holder = holderOf(request);
      const inspected = await desk.inspect(request.params.id);
      if (inspected === undefined || !maySee(holder, inspected.letter)) throw new FailureError('NOT_FOUND');
      const { letter, record, origin, value } = inspected;
      return {
        ...deadLetterOf(letter),
        origin: {
          topic: origin.topic,
          partition: origin.partition,
          offset: origin.offset,
          at: new Date(origin.timestampMs).toISOString(),
        },
        key: record.key?.toString() ?? null,
        headers: { ...record.headers },
        value: mayDo(holder.role, 'readEvidence') ? value : withoutPrivate(value),
      };
    },
  );

  api.post(
    '/v1/dead-letters/:id/redrive',
    {
      config: { action: 'redrive' },
      schema: {
        summary: 'Work a dead letter anew',
        description:
          'The same run, its next revision, with fresh attempts and budget. Possible once the revision before has ' +
          'ended (409 `REVISION_UNFINISHED` until then). Asking again answers with the same revision.',
        tags: ['dead letters'],
        params: letterParams,
        response: {
          200: redriveSchema.describe('It had been sent again before.'),
          202: redriveSchema.describe('It is on its way.'),
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      const holder = holderOf(request);
      const { id } = request.params;
      const letter = await desk.find(id);
      if (letter === undefined || !maySee(holder, letter)) throw new FailureError('NOT_FOUND');
      const redriven = await desk.redrive(id, holder.keyId);
      return reply.status(redriven.repeated ? 200 : 202).send({ id, ...redriven });
    },
  );
}

/** Whose dead letters are listed; undefined: everybody's. */
function tenantOf(holder: KeyHolder, asked: string | undefined): string | undefined {
  if (holder.role === 'admin') return asked;
  if (asked !== undefined && asked !== holder.tenantId) throw new FailureError('FORBIDDEN');
  return holder.tenantId;
}

function maySee(holder: KeyHolder, letter: DeadLetter): boolean {
  return holder.role === 'admin' || letter.tenantId === holder.tenantId;
}
