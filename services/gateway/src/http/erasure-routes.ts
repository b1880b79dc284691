import { z } from 'zod';
import { erasureOf, erasureSchema } from '../core/erasure.ts';
import { holderOf } from './access.ts';
import { runIdParams } from './job-routes.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';
import { tenantParams } from './tenant-routes.ts';

const requested = { 202: erasureSchema.describe('Will be erased.'), ...problemResponses };

/** Erasure of runs and tenants, executed in the background. */
export function erasureRoutes(api: Api, { erasures }: GatewayParts): void {
  api.post(
    '/v1/jobs/:runId/erase',
    {
      config: { action: 'eraseRun', isRepeatable: true, responseHeaders: { 202: ['location'] } },
      schema: {
        operationId: 'eraseJob',
        summary: 'Erase a job: its document, pages, results and history',
        description:
          'A job in progress is cancelled first. Afterwards the same requestId is answered with 410 `ERASED`. A repeated ' +
          'call returns the same erasure until it is done.',
        tags: ['erasure'],
        params: runIdParams,
        response: requested,
      },
    },
    async (request, reply) => {
      const erasure = erasureOf(await erasures.requestRun(holderOf(request), request.params.runId));
      return reply.status(202).header('location', erasure.links.self).send(erasure);
    },
  );

  api.post(
    '/v1/tenants/:tenantId/erase',
    {
      config: { action: 'eraseTenant', isRepeatable: true, responseHeaders: { 202: ['location'] } },
      schema: {
        operationId: 'eraseTenant',
        summary: 'Erase every job and upload of a tenant',
        description:
          'What began before the call; 404 for a tenant that has neither a row nor jobs. Suspend the tenant first, so that nothing begins after it. Keys and the audit log stay.',
        tags: ['erasure'],
        params: tenantParams,
        response: requested,
      },
    },
    async (request, reply) => {
      const erasure = erasureOf(await erasures.requestTenant(holderOf(request), request.params.tenantId));
      return reply.status(202).header('location', erasure.links.self).send(erasure);
    },
  );

  api.get(
    '/v1/erasures/:erasureId',
    {
      config: { action: 'eraseRun' },
      schema: {
        operationId: 'readErasure',
        summary: 'Read how far an erasure has come',
        tags: ['erasure'],
        params: z.object({ erasureId: z.guid() }),
        response: { 200: erasureSchema, ...problemResponses },
      },
    },
    async (request) => erasureOf(await erasures.find(holderOf(request), request.params.erasureId)),
  );
}
