import type { KeyHolder, ReviewTaskRow } from '@docfleet/database';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  assignSchema,
  claimRequestSchema,
  claimSchema,
  nextTaskSchema,
  reviewListQuery,
  reviewTaskPageSchema,
  reviewTaskSchema,
  reviewTaskSummarySchema,
  skipSchema,
  taskParams,
} from '../core/review.ts';
import { isoOf } from '@docfleet/domain';
import { z } from 'zod';
import { mayDo } from '../core/roles.ts';
import { holderOfTask, overviewOf, reviewTaskOf, reviewTaskSummaryOf } from '../review/review-answers.ts';
import type { ClaimAnswer } from '../review/review-tasks.ts';
import { tenantHolderOf } from './access.ts';
import { auditContent } from './audit-calls.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';

export const reviewTags = ['review'];
export const reviewConfig = { action: 'review' } as const;

/** The queue of what people look at, and who works on what (H-01). Tasks of other tenants are not found. */
export function reviewRoutes(api: Api, parts: GatewayParts): void {
  taskRoutes(api, parts);
  claimRoutes(api, parts);
}

/** A task with its documents; that it was read is noted in the audit log. */
export function shownTask(
  parts: GatewayParts,
  task: ReviewTaskRow,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
): z.infer<typeof reviewTaskSchema> {
  auditContent(parts, request, reply);
  const { keyId } = tenantHolderOf(request);
  return reviewTaskOf(task, { caller: keyId, classes: parts.review.classes });
}

function taskRoutes(api: Api, parts: GatewayParts): void {
  api.get(
    '/v1/review/tasks',
    {
      config: reviewConfig,
      schema: {
        operationId: 'listReviewTasks',
        summary: 'List what people look at, in the order of the queue',
        description:
          'Most urgent lane first, then age; a task whose machine was entirely unsure counts as an hour older than one of which it was sure.',
        tags: reviewTags,
        querystring: reviewListQuery,
        response: { 200: reviewTaskPageSchema, ...problemResponses },
      },
    },
    async (request) => {
      const holder = tenantHolderOf(request);
      const { state, class: documentClass, lane, runId, mine, cursor, limit } = request.query;
      const filter = {
        ...{ state, documentClass, lane, runId },
        mine: mine === 'true',
        after: cursor,
        limit: limit + 1,
      };
      const { tasks, counts } = await parts.review.queue.list(holder, filter);
      const page = tasks.slice(0, limit);
      const last = tasks.length > limit ? page.at(-1) : undefined;
      return {
        tasks: page.map((task) => reviewTaskSummaryOf(task, holder.keyId)),
        next: last?.taskId ?? null,
        counts: counts.map(({ oldest, ...count }) => ({ ...count, oldest: isoOf(oldest) })),
      };
    },
  );
  api.post(
    '/v1/review/next',
    {
      config: reviewConfig,
      schema: {
        operationId: 'claimNextReviewTask',
        summary: 'Claim the best free task',
        description:
          'Never one that the caller has skipped or approved. Of tasks of about the same rank each person gets another one.',
        tags: reviewTags,
        body: nextTaskSchema,
        response: {
          200: reviewTaskSchema.describe('It is claimed for the caller.'),
          204: z.null().describe('No task is free.'),
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      const { class: documentClass, skip } = request.body;
      const task = await parts.review.queue.next(tenantHolderOf(request), { documentClass, skip });
      return task === undefined
        ? reply.status(204).send(null)
        : reply.send(shownTask(parts, task, { request, reply }));
    },
  );
  api.get(
    '/v1/review/tasks/:taskId',
    {
      config: reviewConfig,
      schema: {
        operationId: 'readReviewTask',
        summary: 'Read a task with its documents as they are now',
        tags: reviewTags,
        params: taskParams,
        response: { 200: reviewTaskSchema, ...problemResponses },
      },
    },
    async (request, reply) =>
      shownTask(parts, await parts.review.queue.find(tenantHolderOf(request), request.params.taskId), {
        request,
        reply,
      }),
  );
}

function claimRoutes(api: Api, { review }: GatewayParts): void {
  api.put(
    '/v1/review/tasks/:taskId/claim',
    {
      config: { ...reviewConfig, isRepeatable: true },
      schema: {
        operationId: 'claimReviewTask',
        summary: 'Claim a task, or renew the claim',
        description:
          'A claim lasts five minutes unless the gateway is set otherwise, and every change renews it. Whoever holds a task may always renew. ' +
          'Where somebody else holds it the answer says who, with `acquired: false`. 409 `TASK_CLOSED`, or `VERSION_CONFLICT` for another version than the given one.',
        tags: reviewTags,
        params: taskParams,
        body: claimRequestSchema,
        response: { 200: claimSchema, ...problemResponses },
      },
    },
    async (request) => {
      const holder = tenantHolderOf(request);
      return claimOf(await review.queue.claim(holder, request.params.taskId, request.body.version), holder);
    },
  );
  api.delete(
    '/v1/review/tasks/:taskId/claim',
    {
      config: { ...reviewConfig, isRepeatable: true },
      schema: {
        operationId: 'releaseReviewTask',
        summary: 'Give a claim up',
        description: "A tenant-admin gives anybody's claim up; others their own, else 409 `LEASE_LOST`.",
        tags: reviewTags,
        params: taskParams,
        response: { 200: claimSchema, ...problemResponses },
      },
    },
    async (request) => {
      const holder = tenantHolderOf(request);
      const mayManage = mayDo(holder.role, 'manageReview');
      return claimOf(await review.queue.release(holder, request.params.taskId, mayManage), holder);
    },
  );
  api.post(
    '/v1/review/tasks/:taskId/assign',
    {
      config: { action: 'manageReview' },
      schema: {
        operationId: 'assignReviewTask',
        summary: 'Give a task to a person',
        description:
          'Whoever holds it loses the claim, and the new one lasts as long as every claim. 409 `TASK_CLOSED`; 422 `CHANGE_REFUSED` for somebody who cannot review it.',
        tags: reviewTags,
        params: taskParams,
        body: assignSchema,
        response: { 200: claimSchema, ...problemResponses },
      },
    },
    async (request) => {
      const holder = tenantHolderOf(request);
      const { to: id, name = null } = request.body;
      return claimOf(await review.queue.assign(holder, request.params.taskId, { id, name }), holder);
    },
  );
  api.post(
    '/v1/review/tasks/:taskId/skip',
    {
      config: { ...reviewConfig, isRepeatable: true },
      schema: {
        operationId: 'skipReviewTask',
        summary: 'Leave a task to others',
        description: 'The claim is given up, and the caller does not get the task from `next` again.',
        tags: reviewTags,
        params: taskParams,
        body: skipSchema,
        response: { 200: reviewTaskSummarySchema, ...problemResponses },
      },
    },
    async (request) => {
      const holder = tenantHolderOf(request);
      const task = await review.queue.skip(holder, request.params.taskId, request.body.reason);
      return reviewTaskSummaryOf(overviewOf(task), holder.keyId);
    },
  );
}

function claimOf({ acquired, task }: ClaimAnswer, { keyId }: KeyHolder): z.infer<typeof claimSchema> {
  return { acquired, holder: holderOfTask(task, keyId), version: task.version };
}
