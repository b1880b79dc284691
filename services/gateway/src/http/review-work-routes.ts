import {
  changesSchema,
  decisionRequestSchema,
  decisionSchema,
  historyQuery,
  historySchema,
  reviewPagesSchema,
  reviewTaskSchema,
  reviewWordsSchema,
  taskPageParams,
  taskParams,
} from '../core/review.ts';
import { historyOf } from '../review/review-answers.ts';
import { tenantHolderOf } from './access.ts';
import { auditContent } from './audit-calls.ts';
import { artifactResponses } from './artifact-routes.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';
import { reviewConfig, reviewTags, shownTask } from './review-routes.ts';
import { sendArtifact } from './send-artifact.ts';

/** Corrections, decisions and pages of a task (H-01). */
export function reviewWorkRoutes(api: Api, parts: GatewayParts): void {
  changeRoutes(api, parts);
  pageRoutes(api, parts);
}

function changeRoutes(api: Api, parts: GatewayParts): void {
  api.post(
    '/v1/review/tasks/:taskId/changes',
    {
      config: { ...reviewConfig, isRepeatable: true },
      schema: {
        operationId: 'changeReviewTask',
        summary: 'Correct the documents of a task',
        description:
          'All changes or none. The claim is renewed, and the rules run again: `findings` say what they find now. 409 `VERSION_CONFLICT`, `LEASE_LOST` or ' +
          '`TASK_CLOSED` with the task as it is in `review`; 422 `CHANGE_REFUSED` with the change that does not fit in `errors`. With a `changeId` the call may be repeated; 409 `CHANGE_CONFLICT` where it stands for other changes.',
        tags: reviewTags,
        params: taskParams,
        body: changesSchema,
        response: { 200: reviewTaskSchema, ...problemResponses },
      },
    },
    async (request, reply) => {
      const task = await parts.review.changes.change(
        tenantHolderOf(request),
        request.params.taskId,
        request.body,
      );
      return shownTask(parts, task, { request, reply });
    },
  );
  api.post(
    '/v1/review/tasks/:taskId/decision',
    {
      config: { ...reviewConfig, isRepeatable: true },
      schema: {
        operationId: 'decideReviewTask',
        summary: 'Approve or reject a job, or send it back to a stage',
        description:
          'A task is decided once. The same `decisionId` again is answered alike; 409 `DECISION_CONFLICT` where it stands for another decision. ' +
          'Where two people must approve, the first approval is answered with `state: waiting`, and the task is free for another person.',
        tags: reviewTags,
        params: taskParams,
        body: decisionRequestSchema,
        response: { 200: decisionSchema, ...problemResponses },
      },
    },
    (request) => parts.review.decisions.decide(tenantHolderOf(request), request.params.taskId, request.body),
  );
  api.get(
    '/v1/review/tasks/:taskId/history',
    {
      config: reviewConfig,
      schema: {
        operationId: 'listReviewChanges',
        summary: 'List who changed what, oldest first',
        tags: reviewTags,
        params: taskParams,
        querystring: historyQuery,
        response: { 200: historySchema, ...problemResponses },
      },
    },
    async (request, reply) => {
      auditContent(parts, request, reply);
      const { cursor, limit } = request.query;
      const after = cursor === undefined ? undefined : BigInt(cursor);
      const { taskId } = request.params;
      const found = await parts.review.queue.history(tenantHolderOf(request), taskId, {
        after,
        limit: limit + 1,
      });
      const page = found.changes.slice(0, limit);
      const next = found.changes.length > limit ? (page.at(-1)?.id ?? null) : null;
      return historyOf(page, found.decision, next);
    },
  );
}

function pageRoutes(api: Api, parts: GatewayParts): void {
  api.get(
    '/v1/review/tasks/:taskId/pages',
    {
      config: reviewConfig,
      schema: {
        operationId: 'listReviewPages',
        summary: 'List the pages of a task',
        tags: reviewTags,
        params: taskParams,
        response: { 200: reviewPagesSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { taskId } = request.params;
      const found = await parts.review.pages.list(tenantHolderOf(request), taskId);
      return {
        pages: found.map(({ page, widthPx, heightPx, isRead }) => {
          const self = `/v1/review/tasks/${taskId}/pages/${String(page)}`;
          return { page, widthPx, heightPx, image: `${self}/image`, words: isRead ? `${self}/words` : null };
        }),
      };
    },
  );
  api.get(
    '/v1/review/tasks/:taskId/pages/:page/image',
    {
      config: { ...reviewConfig, responseHeaders: { 200: ['content-disposition'] } },
      schema: {
        operationId: 'readReviewPage',
        summary: 'Read the image of a page',
        tags: reviewTags,
        params: taskPageParams,
        response: artifactResponses,
      },
    },
    async (request, reply) => {
      auditContent(parts, request, reply);
      const { taskId, page } = request.params;
      const image = await parts.review.pages.image(tenantHolderOf(request), taskId, Number(page));
      return sendArtifact(parts.store, image, { request, reply });
    },
  );
  api.get(
    '/v1/review/tasks/:taskId/pages/:page/words',
    {
      config: reviewConfig,
      schema: {
        operationId: 'readReviewWords',
        summary: 'Read the words of a page with their places',
        tags: reviewTags,
        params: taskPageParams,
        response: { 200: reviewWordsSchema, ...problemResponses },
      },
    },
    async (request, reply) => {
      auditContent(parts, request, reply);
      const { taskId, page: asked } = request.params;
      const read = await parts.review.pages.words(tenantHolderOf(request), taskId, Number(asked));
      const { page, widthPx, heightPx } = read;
      const placed = ({ text, box, confidence }: (typeof read.lines)[number]['words'][number]) => ({
        ...{ text, confidence },
        box: [...box],
      });
      return {
        ...{ page, widthPx, heightPx },
        lines: read.lines.map((line) => ({ ...placed(line), words: line.words.map(placed) })),
      };
    },
  );
}
