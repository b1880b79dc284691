import type { KeyHolder } from '@docfleet/database';
import { FailureError } from '@docfleet/domain';
import type { FastifyRequest } from 'fastify';
import { mayDo } from '../core/roles.ts';
import type { Api, GatewayParts } from './parts.ts';

/**
 * Checks the API key of every request before its body is read. A route names its action; a route without one needs no
 * key. Keys are accepted in the header only, because browsers and proxies log URLs.
 */
export function guardAccess(api: Api, parts: GatewayParts): void {
  api.decorateRequest('holder', null);
  api.addHook('onRequest', async (request, reply) => {
    const { action } = request.routeOptions.config;
    if (action === undefined) return;
    void reply.header('cache-control', 'no-store');
    const [, key] = /^Bearer ([\x21-\x7e]{1,500})$/i.exec(request.headers.authorization ?? '') ?? [];
    if (key === undefined) throw new FailureError('UNAUTHENTICATED');
    const holder = await parts.keyHolders.of(key);
    if (!mayDo(holder.role, action)) throw new FailureError('FORBIDDEN');
    request.holder = holder;
  });
}

/** The holder of the request's API key. @throws FailureError `UNAUTHENTICATED` */
export function holderOf(request: FastifyRequest): KeyHolder {
  if (request.holder === null) throw new FailureError('UNAUTHENTICATED');
  return request.holder;
}
