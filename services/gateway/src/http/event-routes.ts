import { FailureError } from '@docfleet/domain';
import { z } from 'zod';
import { loadBatch } from '../batches/load-batch.ts';
import { refuseRemoved } from '../core/removed-run.ts';
import { sentEventSchema } from '../core/run-event.ts';
import { runEventSource, type EventSource } from '../event-source.ts';
import { holderOf, tenantHolderOf } from './access.ts';
import { runIdParams } from './job-routes.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';
import { eventStreamHeaders, sendEvents } from './send-events.ts';

/** The history of a job, and of the jobs of a batch, as it happens. */
export function eventRoutes(api: Api, parts: GatewayParts): void {
  api.get(
    '/v1/jobs/:runId/events',
    {
      // The answer to HEAD would be made, and thrown away, until the job has ended.
      exposeHeadRoute: false,
      config: { action: 'read' },
      schema: {
        operationId: 'followJob',
        summary: 'Follow a job',
        description:
          'Server-sent events from the beginning, or after `Last-Event-ID`, until the job has ended: `stage` (JobStageEvent), ' +
          '`progress` (JobProgressEvent; without an id, not repeated), `ended` (JobEndedEvent). `reset`: the id is of no event ' +
          'that is kept, and all that are kept follow. `closing`: connect again, here or at another gateway. 204 when there is ' +
          'nothing more. 429 `RATE_LIMITED` when too many streams are open.',
        tags: ['jobs'],
        params: runIdParams,
        headers: eventStreamHeaders,
        response: {
          200: sentEventSchema.describe('The events, each of this form.'),
          204: z.null().describe('The job has ended, and its last event was received.'),
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      const source = await sourceOf(parts, holderOf(request).tenantId, request.params.runId);
      return sendEvents(source, { request, reply, parts });
    },
  );

  api.get(
    '/v1/batches/:batchId/events',
    {
      exposeHeadRoute: false,
      config: { action: 'readBatches' },
      schema: {
        operationId: 'followBatch',
        summary: 'Follow a batch',
        description:
          'The events of all its jobs, as `GET /v1/jobs/{runId}/events` sends them, until the batch has ended: each says whose ' +
          'it is in `runId`. 404 for a draft, which has no jobs yet.',
        tags: ['batches'],
        params: z.object({ batchId: z.guid().toLowerCase() }),
        headers: eventStreamHeaders,
        response: {
          200: sentEventSchema.describe('The events, each of this form.'),
          204: z.null().describe('The batch has ended, and its last event was received.'),
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      const { tenantId } = tenantHolderOf(request);
      const source = await batchSource(parts, tenantId, request.params.batchId);
      return sendEvents(source, { request, reply, parts });
    },
  );
}

/** A batch ends in the transaction that ends its last run. @throws FailureError `NOT_FOUND`, also for a draft */
async function batchSource(parts: GatewayParts, tenantId: string, batchId: string): Promise<EventSource> {
  const { database } = parts.batches;
  const { batch, files } = await loadBatch(database, tenantId, batchId);
  if (batch.acceptedAt === null) throw new FailureError('NOT_FOUND');
  return runEventSource({
    runIds: files.map(({ runId }) => runId),
    history: parts.historyOf(tenantId),
    pages: parts.pageProgress,
    hasEnded: async () => (await loadBatch(database, tenantId, batchId)).batch.endedAt !== null,
    isShown: (progress) => progress.tenantId === tenantId,
  });
}

/** @throws FailureError `NOT_FOUND`, `ERASED`, `DATA_EXPIRED` */
async function sourceOf(parts: GatewayParts, tenantId: string | null, runId: string): Promise<EventSource> {
  const { overviews, runsOf, historyOf, pageProgress: pages } = parts;
  const shared = { runIds: [runId], history: historyOf(tenantId), pages };
  if (tenantId === null) {
    const overview = await overviews.find(runId);
    if (overview === undefined) throw new FailureError('NOT_FOUND');
    return runEventSource({
      ...shared,
      hasEnded: async () => typeof (await overviews.find(runId))?.endedAt === 'number',
      isShown: (progress) => progress.tenantId === overview.tenantId,
    });
  }
  const runs = runsOf(tenantId);
  if ((await runs.find(runId)) === undefined) {
    refuseRemoved(await runs.removalOf(runId));
    throw new FailureError('NOT_FOUND');
  }
  return runEventSource({
    ...shared,
    hasEnded: () => runs.hasEnded(runId),
    isShown: (progress) => progress.tenantId === tenantId,
  });
}
