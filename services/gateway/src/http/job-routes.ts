import type { Run } from '@docfleet/contracts';
import type { KeyHolder } from '@docfleet/database';
import { clampTime, FailureError, lanes, runStatuses } from '@docfleet/domain';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { queryInteger } from '../core/query-integer.ts';
import { readCursor, writeCursor } from '../core/cursor.ts';
import { jobOf, jobPageSchema, jobSchema, jobSummaryOf, jobWithoutContent } from '../core/job.ts';
import { InvalidRequest } from '../core/problem.ts';
import { refuseRemoved } from '../core/removed-run.ts';
import { tenantIdText } from '../core/tenant-id.ts';
import { readRun } from '../read-run.ts';
import { holderOf, listedTenant, tenantHolderOf } from './access.ts';
import { auditContent } from './audit-calls.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';

export const runIdParams = z.object({ runId: z.guid().toLowerCase() });

const listQuery = z.object({
  tenant: tenantIdText
    .optional()
    .describe('Fleet roles only: jobs of this tenant; without it, of all tenants.'),
  status: z.enum(runStatuses).optional(),
  lane: z.enum(lanes).optional(),
  since: z.iso.datetime({ offset: true }).optional().describe('Only jobs submitted at or after this time.'),
  cursor: z.string().optional().describe('`next` of the previous page.'),
  limit: queryInteger({ min: 1, max: 200, byDefault: 50 }),
});

/**
 * Status, lists and cancellation of jobs (A-01, M-12). Jobs of other tenants are not found; fleet roles find those of all
 * tenants, without content.
 */
export function jobRoutes(api: Api, parts: GatewayParts): void {
  api.get(
    '/v1/jobs',
    {
      config: { action: 'read' },
      schema: {
        operationId: 'listJobs',
        summary: 'List jobs, newest first',
        tags: ['jobs'],
        querystring: listQuery,
        response: { 200: jobPageSchema, ...problemResponses },
      },
    },
    async (request) => {
      const holder = holderOf(request);
      const { tenant, cursor, since, limit, status, lane } = request.query;
      const after = cursor === undefined ? undefined : readCursor(cursor);
      if (cursor !== undefined && after === undefined) {
        throw new InvalidRequest([{ path: 'cursor', message: 'is not a cursor returned by this list' }]);
      }
      const tenantId = listedTenant(holder, tenant);
      const filter = {
        status,
        lane,
        since: since === undefined ? undefined : clampTime(Date.parse(since)),
        after,
        limit: limit + 1,
      };
      const found =
        holder.tenantId === null
          ? await parts.overviews.list({ ...filter, tenantId })
          : await parts.runsOf(holder.tenantId).list({ ...filter, tenantId: holder.tenantId });
      const page = found.slice(0, limit);
      const last = page.at(-1);
      const next = found.length > limit && last !== undefined ? writeCursor(last) : null;
      return { jobs: page.map(jobSummaryOf), next };
    },
  );

  api.get(
    '/v1/jobs/:runId',
    {
      config: { action: 'read', responseHeaders: { 200: ['age', 'warning'] } },
      schema: {
        operationId: 'readJob',
        summary: 'Read status and result of a job',
        description:
          '410 `ERASED` or `DATA_EXPIRED` when its data were removed. While the database is unavailable, a job that was submitted or read through the same gateway process within ' +
          'the last hour is returned as it was then, with the headers `Age` (seconds) and `Warning: 110`.',
        tags: ['jobs'],
        params: runIdParams,
        response: { 200: jobSchema, ...problemResponses },
      },
    },
    async (request, reply) => {
      const { tenantId } = holderOf(request);
      const { runId } = request.params;
      if (tenantId === null) {
        const overview = await parts.overviews.find(runId);
        if (overview === undefined) throw new FailureError('NOT_FOUND');
        return jobWithoutContent(overview, { pages: parts.pageProgress.of(runId) });
      }
      const read = await readRun(parts, tenantId, runId);
      if (read === undefined) {
        refuseRemoved(await parts.runsOf(tenantId).removalOf(runId));
        throw new FailureError('NOT_FOUND');
      }
      const pages = parts.pageProgress.of(runId);
      if (read.staleMs !== undefined) {
        if (read.run.result !== null) auditContent(parts, request, reply);
        markStale(reply, read.staleMs);
        return jobOf(read.run, { pages });
      }
      const inReview = await parts.review.queue.documentsOf(tenantHolderOf(request), read.run);
      if (read.run.result !== null || inReview !== undefined) auditContent(parts, request, reply);
      const queue = inReview === undefined ? await parts.readQueue(read.run) : null;
      return jobOf(read.run, { pages, queue, inReview });
    },
  );

  api.post(
    '/v1/jobs/:runId/cancel',
    {
      config: { action: 'cancel', isRepeatable: true, responseHeaders: { 202: ['location'] } },
      schema: {
        operationId: 'cancelJob',
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
      const run = await findToCancel(parts, holder, request.params.runId);
      if (run === undefined) throw new FailureError('NOT_FOUND');
      if (run.endedAt !== null) throw new FailureError('ALREADY_ENDED');
      await parts.publisher.cancellation(run, holder.keyId);
      return reply
        .status(202)
        .header('location', `/v1/jobs/${run.runId}`)
        .send(holder.tenantId === null ? jobWithoutContent(run) : jobOf(run));
    },
  );
}

/** Says that an answer may be outdated, and by how much (RFC 9111, 5.1; the warning as of RFC 7234, 5.5.1). */
function markStale(reply: FastifyReply, staleMs: number): void {
  void reply.headers({
    age: Math.max(0, Math.floor(staleMs / 1000)),
    warning: '110 - "Response is Stale"',
  });
}

/** While the database is unavailable its ending waits at integration; the stop takes effect at once. */
async function findToCancel(
  parts: GatewayParts,
  { tenantId }: KeyHolder,
  runId: string,
): Promise<Run | undefined> {
  if (tenantId === null) return parts.allRuns.find(runId);
  return (await readRun(parts, tenantId, runId))?.run;
}
