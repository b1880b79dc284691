import type { Run } from '@docfleet/contracts';
import { FailureError, lanes, runStatuses, toFailure } from '@docfleet/domain';
import { z } from 'zod';
import { readCursor, writeCursor } from '../core/cursor.ts';
import { jobOf, jobPageSchema, jobSchema, jobSummaryOf } from '../core/job.ts';
import { InvalidRequest } from '../core/problem.ts';
import { holderOf } from './access.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';

export const runIdParams = z.object({ runId: z.guid() });

const listQuery = z.object({
  status: z.enum(runStatuses).optional(),
  lane: z.enum(lanes).optional(),
  since: z.iso.datetime({ offset: true }).optional().describe('Only jobs submitted at or after this time.'),
  cursor: z.string().optional().describe('`next` of the previous page.'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** Status, lists and cancellation of jobs (A-01, M-12). Jobs of other tenants are not found. */
export function jobRoutes(api: Api, parts: GatewayParts): void {
  api.get(
    '/v1/jobs',
    {
      config: { action: 'read' },
      schema: {
        summary: 'List jobs, newest first',
        tags: ['jobs'],
        querystring: listQuery,
        response: { 200: jobPageSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { cursor, since, limit, status, lane } = request.query;
      const after = cursor === undefined ? undefined : readCursor(cursor);
      if (cursor !== undefined && after === undefined) {
        throw new InvalidRequest([{ path: 'cursor', message: 'is not a cursor returned by this list' }]);
      }
      const found = await parts.runs.list({
        tenantId: holderOf(request).tenantId,
        status,
        lane,
        since: since === undefined ? undefined : Date.parse(since),
        after,
        limit: limit + 1,
      });
      const page = found.slice(0, limit);
      const last = page.at(-1);
      const next = found.length > limit && last !== undefined ? writeCursor(last) : null;
      return { jobs: page.map(jobSummaryOf), next };
    },
  );

  api.get(
    '/v1/jobs/:runId',
    {
      config: { action: 'read' },
      schema: {
        summary: 'Read status and result of a job',
        tags: ['jobs'],
        params: runIdParams,
        response: { 200: jobSchema, ...problemResponses },
      },
    },
    async (request) => {
      const run = await parts.runs.findOfTenant(holderOf(request).tenantId, request.params.runId);
      if (run === undefined) throw new FailureError('NOT_FOUND');
      parts.recentRuns.add(run);
      return jobOf(run);
    },
  );

  api.post(
    '/v1/jobs/:runId/cancel',
    {
      config: { action: 'cancel' },
      schema: {
        summary: 'Cancel a job',
        description:
          'Running work stops within two seconds. Repeated calls are safe. While the database is unavailable, only ' +
          'jobs that were recently submitted or read through the same gateway process can be cancelled; they end ' +
          'when the database is available again.',
        tags: ['jobs'],
        params: runIdParams,
        response: { 202: jobSchema.describe('The job will end as cancelled.'), ...problemResponses },
      },
    },
    async (request, reply) => {
      const holder = holderOf(request);
      const run = await findToCancel(parts, holder.tenantId, request.params.runId);
      if (run === undefined) throw new FailureError('NOT_FOUND');
      if (run.endedAt !== null) throw new FailureError('ALREADY_ENDED');
      await parts.publisher.cancellation(run, holder.keyId);
      return reply.status(202).header('location', `/v1/jobs/${run.runId}`).send(jobOf(run));
    },
  );
}

/**
 * The run from the database or, while that is unavailable, as this process last read it. Its ending then waits at
 * integration; the stop takes effect at once.
 */
async function findToCancel(
  { runs, recentRuns }: GatewayParts,
  tenantId: string,
  runId: string,
): Promise<Run | undefined> {
  try {
    return await runs.findOfTenant(tenantId, runId);
  } catch (error) {
    const remembered = recentRuns.findOfTenant(tenantId, runId);
    if (remembered === undefined || toFailure(error).code !== 'DATABASE_UNAVAILABLE') throw error;
    return remembered;
  }
}
