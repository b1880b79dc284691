import { z } from 'zod';
import { newTenantSchema, tenantListSchema, tenantOf, tenantSchema } from '../core/tenant.ts';
import { tenantIdText } from '../core/tenant-id.ts';
import { holderOf } from './access.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';

export const tenantParams = z.object({ tenantId: tenantIdText });

/** Tenants: fleet roles list them, a fleet-admin makes, suspends and resumes them. */
export function tenantRoutes(api: Api, { tenants }: GatewayParts): void {
  api.get(
    '/v1/tenants',
    {
      config: { action: 'readTenants' },
      schema: {
        operationId: 'listTenants',
        summary: 'List tenants',
        tags: ['tenants'],
        response: { 200: tenantListSchema, ...problemResponses },
      },
    },
    async (request) => ({ tenants: (await tenants.list(holderOf(request))).map(tenantOf) }),
  );

  api.post(
    '/v1/tenants',
    {
      config: { action: 'manageTenants' },
      schema: {
        operationId: 'createTenant',
        summary: 'Create a tenant',
        description: '409 `ALREADY_EXISTS` when there is one with this id.',
        tags: ['tenants'],
        body: newTenantSchema,
        response: { 201: tenantSchema, ...problemResponses },
      },
    },
    async (request, reply) => {
      const { tenantId, name = tenantId } = request.body;
      return reply.status(201).send(tenantOf(await tenants.create(holderOf(request), { tenantId, name })));
    },
  );

  for (const verb of ['suspend', 'resume'] as const) {
    api.post(
      `/v1/tenants/:tenantId/${verb}`,
      {
        config: { action: 'manageTenants', isRepeatable: true },
        schema: {
          operationId: `${verb}Tenant`,
          summary:
            verb === 'suspend' ? 'Suspend a tenant: its keys are refused' : 'Resume a suspended tenant',
          description: 'Takes effect within 30 seconds. A repeated call changes nothing.',
          tags: ['tenants'],
          params: tenantParams,
          response: { 200: tenantSchema, ...problemResponses },
        },
      },
      async (request) =>
        tenantOf(await tenants.setSuspended(holderOf(request), request.params.tenantId, verb === 'suspend')),
    );
  }
}
