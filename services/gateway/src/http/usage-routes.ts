import { policiesOf, quotaNames, type TenantPolicies } from '@docfleet/contracts';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import {
  capacitySchema,
  policiesFrom,
  quotasOf,
  quotasSchema,
  regionSchema,
  usageSchema,
} from '../core/usage.ts';
import type { PolicyChange } from '../tenant-settings.ts';
import { holderOf, tenantHolderOf } from './access.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';
import { tenantParams } from './tenant-routes.ts';

const takesEffect = 'Takes effect within seconds at every gateway.';

/** Usage, capacity and quotas of tenants (A-08, M-20), and their region (M-22). */
export function usageRoutes(api: Api, { usage, tenantSettings }: GatewayParts): void {
  /** Replaces the policies of these names by those of the body. */
  const setPolicies = async (
    request: FastifyRequest<{
      Params: z.infer<typeof tenantParams>;
      Body: Readonly<Record<string, string | number | null>>;
    }>,
    change: Omit<PolicyChange, 'policies'>,
  ): Promise<TenantPolicies> => {
    const policies = policiesFrom(request.body);
    const tenant = await tenantSettings.setPolicies(holderOf(request), request.params.tenantId, {
      ...change,
      policies,
    });
    return policiesOf(tenant);
  };

  api.get(
    '/v1/usage',
    {
      config: { action: 'readUsage' },
      schema: {
        summary: 'Read what the tenant has used, by day and quota',
        operationId: 'getUsage',
        tags: ['usage'],
        response: { 200: usageSchema, ...problemResponses },
      },
    },
    (request) => {
      const holder = tenantHolderOf(request);
      return usage.usage(holder, holder.tenantId);
    },
  );

  api.get(
    '/v1/capacity',
    {
      config: { action: 'readUsage' },
      schema: {
        summary: 'Read what the tenant may send now',
        description: 'Before sending: what is refused with 429 costs a call, and this one no document.',
        operationId: 'getCapacity',
        tags: ['usage'],
        response: { 200: capacitySchema, ...problemResponses },
      },
    },
    (request) => usage.capacity(tenantHolderOf(request).tenantId),
  );

  api.get(
    '/v1/tenants/:tenantId/usage',
    {
      config: { action: 'readTenants' },
      schema: {
        summary: 'Read what a tenant has used, by day and quota',
        operationId: 'getTenantUsage',
        tags: ['tenants'],
        params: tenantParams,
        response: { 200: usageSchema, ...problemResponses },
      },
    },
    async (request) => {
      const holder = holderOf(request);
      const { tenantId } = await tenantSettings.find(holder, request.params.tenantId);
      return usage.usage(holder, tenantId);
    },
  );

  api.get(
    '/v1/tenants/:tenantId/quotas',
    {
      config: { action: 'readTenants' },
      schema: {
        summary: 'Read the quotas of a tenant',
        operationId: 'getTenantQuotas',
        tags: ['tenants'],
        params: tenantParams,
        response: { 200: quotasSchema, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantSettings.find(holderOf(request), request.params.tenantId);
      return quotasOf(policiesOf(tenant));
    },
  );

  api.put(
    '/v1/tenants/:tenantId/quotas',
    {
      config: { action: 'manageTenants' },
      schema: {
        summary: 'Set the quotas of a tenant',
        description: `What is left out is as the fleet is configured. ${takesEffect}`,
        operationId: 'setTenantQuotas',
        tags: ['tenants'],
        params: tenantParams,
        body: quotasSchema,
        response: { 200: quotasSchema, ...problemResponses },
      },
    },
    async (request) => {
      const names = [...quotaNames, 'intakePreset'] as const;
      return quotasOf(await setPolicies(request, { action: 'tenant.quotas', names }));
    },
  );

  api.put(
    '/v1/tenants/:tenantId/region',
    {
      config: { action: 'manageTenants' },
      schema: {
        summary: 'Set where the documents of a tenant belong',
        description: `What a gateway does with a document of another region. ${takesEffect}`,
        operationId: 'setTenantRegion',
        tags: ['tenants'],
        params: tenantParams,
        body: regionSchema,
        response: { 200: regionSchema, ...problemResponses },
      },
    },
    async (request) => {
      const names = ['region', 'regionRouting'] as const;
      const policies = await setPolicies(request, { action: 'tenant.region', names });
      const { region = null, regionRouting = 'refuse' } = policies;
      return { region, regionRouting };
    },
  );
}
