import { FailureError } from '@docfleet/domain';
import { z } from 'zod';
import { queryInteger } from '../core/query-integer.ts';
import { InvalidRequest } from '../core/problem.ts';
import {
  readSetAsideCursor,
  setAsideIdPattern,
  setAsideOf,
  setAsidePageSchema,
  setAsideSchema,
  writeSetAsideCursor,
} from '../core/set-aside.ts';
import { holderOf } from './access.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';

const listQuery = z.object({
  redriven: z
    .enum(['true', 'false'])
    .optional()
    .describe('Only records that a redrive has stored, or that are still set aside.'),
  cursor: z.string().optional().describe('`next` of the previous page.'),
  limit: queryInteger({ min: 1, max: 200, byDefault: 50 }),
});

const tags = ['read model'];

/** For fleet roles: lists the records that the read model could not store, and has the ledger read them again. */
export function setAsideRoutes(api: Api, { setAside, clock, log }: GatewayParts): void {
  api.get(
    '/v1/read-model/set-aside',
    {
      config: { action: 'readSetAside' },
      schema: {
        operationId: 'listSetAsideRecords',
        summary: 'List records that the read model could not store, newest first',
        tags,
        querystring: listQuery,
        response: { 200: setAsidePageSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { redriven, cursor, limit } = request.query;
      const after = cursor === undefined ? undefined : readSetAsideCursor(cursor);
      if (cursor !== undefined && after === undefined) {
        throw new InvalidRequest([{ path: 'cursor', message: 'is not a cursor returned by this list' }]);
      }
      const found = await setAside.list({
        redriven: redriven === undefined ? undefined : redriven === 'true',
        after,
        limit: limit + 1,
      });
      const page = found.slice(0, limit);
      const last = page.at(-1);
      const next = found.length > limit && last !== undefined ? writeSetAsideCursor(last) : null;
      return { records: page.map(setAsideOf), next };
    },
  );

  api.post(
    '/v1/read-model/set-aside/:id/redrive',
    {
      config: { action: 'redriveSetAside', isRepeatable: true },
      schema: {
        operationId: 'redriveSetAsideRecord',
        summary: 'Have the ledger read a record again that was set aside',
        description:
          'For after the cause is mended, for example by an upgrade. The ledger reads the record within seconds and stores ' +
          'it as if it had just been written; when it is refused again, `cause` and `tries` say so. A repeated call changes nothing.',
        tags,
        params: z.object({ id: z.string().regex(setAsideIdPattern) }),
        response: {
          200: setAsideSchema.describe('It is stored already.'),
          202: setAsideSchema.describe('The ledger was asked.'),
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      const holder = holderOf(request);
      const { id } = request.params;
      const found = await setAside.find(id);
      if (found === undefined) throw new FailureError('NOT_FOUND');
      const asked = await setAside.askRedrive(id, { at: clock.now(), by: holder.keyId });
      if (asked) log.info('Redrive of a record set aside was asked for', { id, by: holder.keyId });
      const record = (await setAside.find(id)) ?? found;
      return reply.status(asked ? 202 : 200).send(setAsideOf(record));
    },
  );
}
