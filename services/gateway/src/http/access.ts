import type { KeyHolder } from '@docfleet/database';
import { FailureError, type TenantRole } from '@docfleet/domain';
import type { FastifyRequest } from 'fastify';
import { rateLimitHeaders } from '../core/rate-limit.ts';
import { mayDo } from '../core/roles.ts';
import { auditCall } from './audit-calls.ts';
import type { Api, GatewayParts } from './parts.ts';
import { peerCertificate } from './peer-certificate.ts';

/**
 * Checks the API key, token or certificate of every request, and the limits of calls, before its body is read. A route names its action, or says
 * that it is public; one that does neither is refused. Keys are accepted in the header only, because browsers and proxies
 * log URLs.
 */
export function guardAccess(api: Api, parts: GatewayParts): void {
  api.decorateRequest('holder', null);
  api.addHook('onRequest', async (request, reply) => {
    const { action, isPublic } = request.routeOptions.config;
    if (isPublic === true || request.is404) return;
    if (action === undefined) throw new FailureError('FORBIDDEN');
    void reply.header('cache-control', 'no-store');
    const found = await parts.callers.of({
      authorization: request.headers.authorization,
      certificate: peerCertificate(request),
      address: request.ip,
    });
    // An object of this call alone, as `wasNoted` needs it.
    const holder: KeyHolder = { ...found, address: request.ip };
    const counted = await parts.tenantLimit.count(callerOf(holder));
    void reply.headers(rateLimitHeaders(parts.tenantLimit.limitOf(callerOf(holder)), counted));
    auditCall(parts, { request, reply, caller: holder, action });
    if (!mayDo(holder.role, action)) throw new FailureError('FORBIDDEN');
    if (holder.identity === undefined) parts.keyUses.note(holder.keyId);
    request.holder = holder;
  });
}

/** Who makes the request. @throws FailureError `UNAUTHENTICATED` */
export function holderOf(request: FastifyRequest): KeyHolder {
  if (request.holder === null) throw new FailureError('UNAUTHENTICATED');
  return request.holder;
}

/** Who makes it, of a tenant. @throws FailureError `FORBIDDEN` for a fleet role */
export function tenantHolderOf(
  request: FastifyRequest,
): KeyHolder & { readonly tenantId: string; readonly role: TenantRole } {
  const holder = holderOf(request);
  if (holder.tenantId === null) throw new FailureError('FORBIDDEN');
  return holder;
}

/**
 * The tenant whose things are listed; undefined: every tenant's, for fleet roles.
 *
 * @throws FailureError `FORBIDDEN` when a tenant's key asks for another tenant
 */
export function listedTenant(holder: KeyHolder, asked: string | undefined): string | undefined {
  if (holder.tenantId === null) return asked;
  if (asked !== undefined && asked !== holder.tenantId) throw new FailureError('FORBIDDEN');
  return holder.tenantId;
}

/** Whose calls are limited together: those of a tenant, or of one caller of a fleet role. No tenant's id has a colon. */
export function callerOf({ tenantId, keyId }: KeyHolder): string {
  return tenantId ?? `key:${keyId}`;
}
