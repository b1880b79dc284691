import { clampTime, isoOf } from '@docfleet/domain';
import { callbackReceiver } from '@docfleet/webhook-rules';
import { z } from 'zod';
import { InvalidRequest } from '../core/problem.ts';
import {
  callbackSecretSchema,
  deliveryListQuery,
  deliveryOf,
  deliveryPageSchema,
  deliverySchema,
  deliveryWithAttemptsSchema,
  newWebhookSchema,
  replayedSchema,
  replaySchema,
  secretRotationQuery,
  webhookChangeSchema,
  webhookCountsSchema,
  webhookListSchema,
  webhookOf,
  webhookSchema,
  webhookWithSecretSchema,
} from '../core/webhook.ts';
import { tenantHolderOf } from './access.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';

const config = { action: 'manageWebhooks' } as const;
const tags = ['webhooks'];
const params = z.object({ endpointId: z.guid() });
const deliveryParams = z.object({ deliveryId: z.guid() });

/** Webhooks: a tenant-admin manages the endpoints of its tenant and looks at what is delivered to them. */
export function webhookRoutes(api: Api, parts: GatewayParts): void {
  endpointRoutes(api, parts);
  secretRoutes(api, parts);
  sendingRoutes(api, parts);
  deliveryRoutes(api, parts);
  api.get(
    '/v1/fleet/webhooks',
    {
      config: { action: 'readFleet' },
      schema: {
        summary: 'Count the webhooks of all tenants and what is delivered to them',
        operationId: 'countWebhooks',
        tags: ['fleet'],
        response: { 200: webhookCountsSchema, ...problemResponses },
      },
    },
    () => parts.countWebhooks(),
  );
}

function endpointRoutes(api: Api, { webhooks }: GatewayParts): void {
  api.get(
    '/v1/webhooks',
    {
      config,
      schema: {
        summary: 'List the webhooks of the tenant',
        operationId: 'listWebhooks',
        tags,
        response: { 200: webhookListSchema, ...problemResponses },
      },
    },
    async (request) => ({ webhooks: (await webhooks.list(tenantHolderOf(request))).map(webhookOf) }),
  );
  api.post(
    '/v1/webhooks',
    {
      config,
      schema: {
        summary: 'Create a webhook',
        description:
          'Events that happen from now on are sent to it, signed as Standard Webhooks say. The secret is shown once. 409 ' +
          '`LIMIT_REACHED` when the tenant has as many as allowed.',
        operationId: 'createWebhook',
        tags,
        body: newWebhookSchema,
        response: { 201: webhookWithSecretSchema, ...problemResponses },
      },
    },
    async (request, reply) => {
      const { eventTypes: filters, ...rest } = request.body;
      const { endpoint, secret } = await webhooks.create(tenantHolderOf(request), { ...rest, filters });
      const webhook = webhookOf(endpoint);
      return reply
        .status(201)
        .header('location', webhook.links.self)
        .send({ ...webhook, secret });
    },
  );
  api.get(
    '/v1/webhooks/:endpointId',
    {
      config,
      schema: {
        summary: 'Read a webhook',
        operationId: 'readWebhook',
        tags,
        params,
        response: { 200: webhookSchema, ...problemResponses },
      },
    },
    async (request) => webhookOf(await webhooks.find(tenantHolderOf(request), request.params.endpointId)),
  );
  api.patch(
    '/v1/webhooks/:endpointId',
    {
      config,
      schema: {
        summary: 'Change a webhook, or enable or disable it',
        description:
          'What waits for a disabled webhook is sent once it is enabled again, if its time is not over.',
        operationId: 'changeWebhook',
        tags,
        params,
        body: webhookChangeSchema,
        response: { 200: webhookSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { eventTypes: filters, enabled, url, description } = request.body;
      const change = {
        ...(url !== undefined && { url }),
        ...(description !== undefined && { description }),
        ...(filters !== undefined && { filters }),
        ...(enabled !== undefined && { disabled: !enabled }),
      };
      return webhookOf(await webhooks.change(tenantHolderOf(request), request.params.endpointId, change));
    },
  );
  api.delete(
    '/v1/webhooks/:endpointId',
    {
      config,
      schema: {
        summary: 'Delete a webhook',
        description: 'What was not delivered yet fails.',
        operationId: 'deleteWebhook',
        tags,
        params,
        response: { 200: webhookSchema.describe('As it was.'), ...problemResponses },
      },
    },
    async (request) => webhookOf(await webhooks.delete(tenantHolderOf(request), request.params.endpointId)),
  );
}

function secretRoutes(api: Api, { webhooks }: GatewayParts): void {
  api.post(
    '/v1/webhooks/callbacks/rotate',
    {
      config,
      schema: {
        summary: 'Make a secret for callbacks of jobs',
        description:
          'Callbacks are signed from then on. The former secret is used as well for `graceSeconds`, by default for a day.',
        operationId: 'rotateCallbackSecret',
        tags,
        querystring: secretRotationQuery,
        response: { 201: callbackSecretSchema, ...problemResponses },
      },
    },
    async (request, reply) => {
      const graceMs = request.query.graceSeconds * 1_000;
      const secret = await webhooks.rotateCallbackSecret(tenantHolderOf(request), graceMs);
      return reply.status(201).send({ secret });
    },
  );
  api.post(
    '/v1/webhooks/:endpointId/rotate',
    {
      config,
      schema: {
        summary: 'Replace the secret of a webhook by a new one',
        description:
          'Messages are signed with the former secret as well for `graceSeconds`, by default for a day; one before that is used no more.',
        operationId: 'rotateWebhookSecret',
        tags,
        params,
        querystring: secretRotationQuery,
        response: { 201: webhookWithSecretSchema, ...problemResponses },
      },
    },
    async (request, reply) => {
      const graceMs = request.query.graceSeconds * 1_000;
      const { endpointId } = request.params;
      const { endpoint, secret } = await webhooks.rotate(tenantHolderOf(request), endpointId, graceMs);
      return reply.status(201).send({ ...webhookOf(endpoint), secret });
    },
  );
}

function sendingRoutes(api: Api, { webhooks, clock }: GatewayParts): void {
  api.post(
    '/v1/webhooks/:endpointId/test',
    {
      config,
      schema: {
        summary: 'Send a test to a webhook',
        description:
          'An event `webhook.test`, also to a disabled webhook; read its delivery to see how it went.',
        operationId: 'testWebhook',
        tags,
        params,
        response: { 202: deliverySchema, ...problemResponses },
      },
    },
    async (request, reply) => {
      const delivery = deliveryOf(
        await webhooks.test(tenantHolderOf(request), request.params.endpointId),
        false,
      );
      return reply.status(202).header('location', delivery.links.self).send(delivery);
    },
  );
  api.post(
    '/v1/webhooks/:endpointId/replay',
    {
      config,
      schema: {
        summary: 'Send what was delivered, or failed, within a time again',
        description: 'Oldest first, at most 1,000 a call; under the same ids, so that a receiver knows them.',
        operationId: 'replayWebhook',
        tags,
        params,
        body: replaySchema,
        response: { 202: replayedSchema, ...problemResponses },
      },
    },
    async (request, reply) => {
      const { since: from, until: to, state } = request.body;
      const since = clampTime(Date.parse(from));
      const until = to === undefined ? clock.now() : clampTime(Date.parse(to));
      if (until <= since) throw new InvalidRequest([{ path: 'until', message: 'is not after since' }]);
      const range = { since, until, state };
      const { replayed, next } = await webhooks.replayRange(
        tenantHolderOf(request),
        request.params.endpointId,
        range,
      );
      return reply.status(202).send({ replayed, next: next === null ? null : isoOf(next) });
    },
  );
}

function deliveryRoutes(api: Api, { webhooks }: GatewayParts): void {
  api.get(
    '/v1/webhook-deliveries',
    {
      config,
      schema: {
        summary: 'List deliveries to webhooks and callbacks, newest first',
        operationId: 'listWebhookDeliveries',
        tags,
        querystring: deliveryListQuery,
        response: { 200: deliveryPageSchema, ...problemResponses },
      },
    },
    async (request) => {
      const holder = tenantHolderOf(request);
      const { endpointId, state, subject, cursor, limit } = request.query;
      const found = await webhooks.deliveries(holder, {
        endpointId,
        state,
        subject,
        before: cursor === undefined ? undefined : BigInt(cursor),
        limit: limit + 1,
      });
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      const callbacks = callbackReceiver(holder.tenantId);
      return {
        deliveries: page.map((delivery) => deliveryOf(delivery, delivery.receiver === callbacks)),
        next: last === undefined ? null : String(last.number),
      };
    },
  );
  api.get(
    '/v1/webhook-deliveries/:deliveryId',
    {
      config,
      schema: {
        summary: 'Read a delivery with its attempts',
        operationId: 'readWebhookDelivery',
        tags,
        params: deliveryParams,
        response: { 200: deliveryWithAttemptsSchema, ...problemResponses },
      },
    },
    async (request) => {
      const holder = tenantHolderOf(request);
      const { delivery, attempts } = await webhooks.delivery(holder, request.params.deliveryId);
      return {
        ...deliveryOf(delivery, delivery.receiver === callbackReceiver(holder.tenantId)),
        log: attempts.map(({ at, ...attempt }) => ({ ...attempt, at: isoOf(at) })),
      };
    },
  );
  api.post(
    '/v1/webhook-deliveries/:deliveryId/replay',
    {
      config,
      schema: {
        summary: 'Send a delivery again',
        description: 'Under the same id. One that is still tried stays as it is.',
        operationId: 'replayWebhookDelivery',
        tags,
        params: deliveryParams,
        response: { 202: deliverySchema, ...problemResponses },
      },
    },
    async (request, reply) => {
      const holder = tenantHolderOf(request);
      const delivery = await webhooks.replay(holder, request.params.deliveryId);
      const isCallback = delivery.receiver === callbackReceiver(holder.tenantId);
      return reply.status(202).send(deliveryOf(delivery, isCallback));
    },
  );
}
