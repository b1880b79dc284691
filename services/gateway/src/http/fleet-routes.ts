import {
  fleetJson,
  fleetSchema,
  lagSchema,
  modelsSchema,
  orderJson,
  orderRequestSchema,
  orderSchema,
  pinSchema,
  rollbackSchema,
} from '../fleet-json.ts';
import { fleetAccountsOf, fleetAccountsSchema } from '../core/fleet-account.ts';
import { holderOf } from './access.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';

const tags = ['fleet'];

/** For fleet roles: what the fleet does, what waits, and orders to it (O-10). */
export function fleetRoutes(api: Api, { fleet, readLag, readAccounts, clock }: GatewayParts): void {
  api.get(
    '/v1/fleet',
    {
      config: { action: 'readFleet' },
      schema: {
        operationId: 'readFleet',
        summary: 'The level of the fleet, orders that apply, and its processes',
        tags,
        response: { 200: fleetSchema, ...problemResponses },
      },
    },
    () => fleetJson(fleet.state()),
  );

  api.get(
    '/v1/fleet/lag',
    {
      config: { action: 'readFleet' },
      schema: {
        operationId: 'readFleetLag',
        summary: 'What waits before each stage, by lane, with an estimate of the time',
        tags,
        response: { 200: lagSchema, ...problemResponses },
      },
    },
    async () => ({
      at: new Date(clock.now()).toISOString(),
      stages: (await readLag()).map((stage) => ({ ...stage, lanes: [...stage.lanes] })),
    }),
  );

  api.get(
    '/v1/fleet/accounts',
    {
      config: { action: 'readFleet' },
      schema: {
        operationId: 'readFleetAccounts',
        summary: 'What was accepted, has ended, is open, and waits for people, by tenant',
        tags,
        response: { 200: fleetAccountsSchema, ...problemResponses },
      },
    },
    async () => fleetAccountsOf(await readAccounts()),
  );

  api.post(
    '/v1/fleet/orders',
    {
      config: { action: 'orderFleet' },
      schema: {
        operationId: 'orderFleet',
        summary: 'Set or release the level, a breaker, a pause of a stage or lane, or the drain of a process',
        description:
          'Every process applies it within seconds, also one that starts later. A pause lets work that has begun end and ' +
          'holds the rest in its topics. A drained process finishes its work, leaves its group and waits. 404 `NOT_FOUND` for a ' +
          'process that does not report.',
        tags,
        body: orderRequestSchema,
        response: { 202: orderSchema, ...problemResponses },
      },
    },
    async (request, reply) => {
      const { order, reason, expiresInSeconds } = request.body;
      const until = expiresInSeconds === undefined ? undefined : clock.now() + expiresInSeconds * 1000;
      return reply.status(202).send(orderJson(await fleet.give(holderOf(request), order, { reason, until })));
    },
  );

  api.get(
    '/v1/fleet/models',
    {
      config: { action: 'readFleet' },
      schema: {
        operationId: 'readFleetModels',
        summary: 'Model versions that processes have and use, and which one is pinned',
        tags,
        response: { 200: modelsSchema, ...problemResponses },
      },
    },
    () => fleet.models(),
  );

  api.post(
    '/v1/fleet/models/pin',
    {
      config: { action: 'manageModels', isRepeatable: true },
      schema: {
        operationId: 'pinFleetModels',
        summary: 'Pin a model version for this environment',
        description:
          'Processes that have it read new documents with it; the others read on with the version they have, and are listed ' +
          'as `missing`. 404 `NOT_FOUND` when no process has a version of this digest, or several versions fit.',
        tags,
        body: pinSchema,
        response: { 202: orderSchema, ...problemResponses },
      },
    },
    async (request, reply) => {
      const { digest, reason } = request.body;
      return reply.status(202).send(orderJson(await fleet.pinModels(holderOf(request), digest, reason)));
    },
  );

  api.post(
    '/v1/fleet/models/rollback',
    {
      config: { action: 'manageModels' },
      schema: {
        operationId: 'rollBackFleetModels',
        summary: 'Pin the model version that was pinned before',
        description: '404 `NOT_FOUND` when nothing is pinned.',
        tags,
        body: rollbackSchema,
        response: { 202: orderSchema, ...problemResponses },
      },
    },
    async (request, reply) =>
      reply.status(202).send(orderJson(await fleet.rollBackModels(holderOf(request), request.body.reason))),
  );
}
