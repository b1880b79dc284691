import { z } from 'zod';
import {
  issuedKeySchema,
  keyListSchema,
  keyOf,
  keySchema,
  newFleetKeySchema,
  newTenantKeySchema,
  rotationQuery,
} from '../core/tenant.ts';
import type { IssuedKey } from '../tenants.ts';
import { holderOf, listedTenant } from './access.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';
import { tenantParams } from './tenant-routes.ts';

const keyParams = z.object({ keyId: z.guid() });
const tags = ['keys'];

/**
 * API keys: a tenant-admin manages the keys of its tenant, a fleet-admin all keys. Keys of fleet roles have
 * addresses of their own, because they belong to no tenant.
 */
export function keyRoutes(api: Api, { tenants }: GatewayParts): void {
  api.post(
    '/v1/tenants/:tenantId/keys',
    {
      config: { action: 'manageKeys' },
      schema: {
        operationId: 'issueTenantKey',
        summary: 'Issue a key of a tenant',
        tags,
        params: tenantParams,
        body: newTenantKeySchema,
        response: { 201: issuedKeySchema, ...problemResponses },
      },
    },
    async (request, reply) => {
      const holder = holderOf(request);
      const { tenantId } = request.params;
      listedTenant(holder, tenantId);
      const { role, name } = request.body;
      return reply.status(201).send(issuedOf(await tenants.issueKey(holder, { tenantId, role }, name)));
    },
  );
  api.post(
    '/v1/fleet/keys',
    {
      config: { action: 'manageFleetKeys' },
      schema: {
        operationId: 'issueFleetKey',
        summary: 'Issue a key of a fleet role',
        tags,
        body: newFleetKeySchema,
        response: { 201: issuedKeySchema, ...problemResponses },
      },
    },
    async (request, reply) => {
      const { role, name } = request.body;
      const issued = await tenants.issueKey(holderOf(request), { tenantId: null, role }, name);
      return reply.status(201).send(issuedOf(issued));
    },
  );
  keysOf(api, tenants, {
    base: '/v1/tenants/:tenantId/keys',
    action: 'manageKeys',
    whose: 'a tenant',
    suffix: 'Tenant',
    params: tenantParams,
  });
  keysOf(api, tenants, {
    base: '/v1/fleet/keys',
    action: 'manageFleetKeys',
    whose: 'fleet roles',
    suffix: 'Fleet',
    params: z.object({}),
  });
}

/** The routes that are the same for keys of a tenant and of fleet roles. */
function keysOf(
  api: Api,
  tenants: GatewayParts['tenants'],
  options: {
    readonly base: string;
    readonly action: 'manageKeys' | 'manageFleetKeys';
    readonly whose: string;
    /** In the operation ids. */
    readonly suffix: 'Tenant' | 'Fleet';
    readonly params: z.ZodObject;
  },
): void {
  const { base, action, whose, suffix, params } = options;
  const config = { action };
  const tenantIn = (request: { params: unknown }): string | null =>
    tenantParams.safeParse(request.params).data?.tenantId ?? null;

  api.get(
    base,
    {
      config,
      schema: {
        operationId: `list${suffix}Keys`,
        summary: `List the keys of ${whose}`,
        tags,
        params,
        response: { 200: keyListSchema, ...problemResponses },
      },
    },
    async (request) => {
      const holder = holderOf(request);
      const tenantId = tenantIn(request);
      if (tenantId !== null) listedTenant(holder, tenantId);
      return { keys: (await tenants.listKeys(holder, tenantId)).map(keyOf) };
    },
  );

  api.post(
    `${base}/:keyId/rotate`,
    {
      config,
      schema: {
        operationId: `rotate${suffix}Key`,
        summary: `Replace a key of ${whose} by a new one`,
        description: 'The old key remains valid for `graceSeconds`, by default for a day.',
        tags,
        params: params.extend(keyParams.shape),
        querystring: rotationQuery,
        response: { 201: issuedKeySchema, ...problemResponses },
      },
    },
    async (request, reply) => {
      const holder = holderOf(request);
      const tenantId = tenantIn(request);
      if (tenantId !== null) listedTenant(holder, tenantId);
      const { keyId } = keyParams.parse(request.params);
      const graceMs = request.query.graceSeconds * 1_000;
      return reply.status(201).send(issuedOf(await tenants.rotateKey(holder, { tenantId, keyId }, graceMs)));
    },
  );

  api.post(
    `${base}/:keyId/revoke`,
    {
      config: { ...config, isRepeatable: true },
      schema: {
        operationId: `revoke${suffix}Key`,
        summary: `Revoke a key of ${whose}`,
        description: 'Takes effect within 30 seconds. A repeated call changes nothing.',
        tags,
        params: params.extend(keyParams.shape),
        response: { 200: keySchema, ...problemResponses },
      },
    },
    async (request) => {
      const holder = holderOf(request);
      const tenantId = tenantIn(request);
      if (tenantId !== null) listedTenant(holder, tenantId);
      const { keyId } = keyParams.parse(request.params);
      return keyOf(await tenants.revokeKey(holder, { tenantId, keyId }));
    },
  );
}

function issuedOf({ key, described }: IssuedKey): z.infer<typeof issuedKeySchema> {
  return { ...keyOf(described), key };
}
