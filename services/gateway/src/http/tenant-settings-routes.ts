import { policiesOf, reviewPolicyNames, type Tenant } from '@docfleet/contracts';
import { isReviewPolicy } from '@docfleet/domain';
import type { z } from 'zod';
import { tenantOf, tenantSchema } from '../core/tenant.ts';
import {
  dropFolderSchema,
  newPublicKeySchema,
  plainKey,
  publicKeyListSchema,
  publicKeyOf,
  publicKeyParams,
  publicKeySchema,
  sourcesSchema,
} from '../core/public-key.ts';
import { reviewPolicySchema } from '../core/review-policy.ts';
import { holderOf, listedTenant } from './access.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';
import { tenantParams } from './tenant-routes.ts';

const tags = ['tenants'];
const takesEffect = 'Takes effect within seconds, in every service, also for records that wait.';

/** The keys that a tenant signs its records with, and where its documents may be read from (M-23). */
export function tenantSettingsRoutes(api: Api, { tenantSettings, clock }: GatewayParts): void {
  api.get(
    '/v1/tenants/:tenantId/public-keys',
    {
      config: { action: 'manageKeys' },
      schema: {
        operationId: 'listPublicKeys',
        summary: 'List the public keys of a tenant',
        tags,
        params: tenantParams,
        response: { 200: publicKeyListSchema, ...problemResponses },
      },
    },
    async (request) => {
      const holder = holderOf(request);
      const { tenantId } = request.params;
      listedTenant(holder, tenantId);
      return { keys: (await tenantSettings.listKeys(holder, tenantId)).map(publicKeyOf) };
    },
  );

  api.post(
    '/v1/tenants/:tenantId/public-keys',
    {
      config: { action: 'manageKeys' },
      schema: {
        operationId: 'addPublicKey',
        summary: 'Add a public key that a tenant signs its records with',
        description: `Several keys may be valid at once, so that one can replace another. ${takesEffect}`,
        tags,
        params: tenantParams,
        body: newPublicKeySchema,
        response: { 201: publicKeySchema, ...problemResponses },
      },
    },
    async (request, reply) => {
      const holder = holderOf(request);
      const { tenantId } = request.params;
      listedTenant(holder, tenantId);
      const { keyId, publicKey, notBefore, notAfter } = request.body;
      const added = await tenantSettings.addKey(holder, tenantId, {
        keyId,
        publicKey: plainKey(publicKey),
        notBefore: notBefore === undefined ? clock.now() : Date.parse(notBefore),
        notAfter: notAfter === undefined ? null : Date.parse(notAfter),
      });
      return reply.status(201).send(publicKeyOf(added));
    },
  );

  api.post(
    '/v1/tenants/:tenantId/public-keys/:keyId/revoke',
    {
      config: { action: 'manageKeys', isRepeatable: true },
      schema: {
        operationId: 'revokePublicKey',
        summary: 'Revoke a public key of a tenant',
        description: `${takesEffect} A repeated call changes nothing.`,
        tags,
        params: publicKeyParams,
        response: { 200: publicKeySchema, ...problemResponses },
      },
    },
    async (request) => {
      const holder = holderOf(request);
      const { tenantId, keyId } = request.params;
      listedTenant(holder, tenantId);
      return publicKeyOf(await tenantSettings.revokeKey(holder, tenantId, keyId));
    },
  );

  api.put(
    '/v1/tenants/:tenantId/sources',
    {
      config: { action: 'manageTenants' },
      schema: {
        operationId: 'setTenantSources',
        summary: 'Set where the documents of a tenant may be read from',
        description: takesEffect,
        tags,
        params: tenantParams,
        body: sourcesSchema,
        response: { 200: tenantSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { tenantId } = request.params;
      return tenantOf(await tenantSettings.setSources(holderOf(request), tenantId, request.body.sources));
    },
  );

  api.put(
    '/v1/tenants/:tenantId/drop-folder',
    {
      config: { action: 'manageTenants' },
      schema: {
        operationId: 'setDropFolder',
        summary: 'Set the folder whose objects become jobs of a tenant',
        description: `Needs gateways with DROP_FOLDERS. ${takesEffect}`,
        tags,
        params: tenantParams,
        body: dropFolderSchema,
        response: { 200: dropFolderSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { folder } = request.body;
      const tenant = await tenantSettings.setPolicies(holderOf(request), request.params.tenantId, {
        action: 'tenant.drop-folder',
        names: ['dropFolder'],
        policies: folder === null ? {} : { dropFolder: folder },
      });
      return { folder: policiesOf(tenant).dropFolder ?? null };
    },
  );

  api.get(
    '/v1/tenants/:tenantId/review',
    {
      config: { action: 'readReviewPolicy' },
      schema: {
        operationId: 'readTenantReview',
        summary: 'Read which results of a tenant a person looks at',
        tags,
        params: tenantParams,
        response: { 200: reviewPolicySchema, ...problemResponses },
      },
    },
    async (request) => {
      const holder = holderOf(request);
      const { tenantId } = request.params;
      listedTenant(holder, tenantId);
      return reviewPolicyOf(await tenantSettings.find(holder, tenantId));
    },
  );

  api.put(
    '/v1/tenants/:tenantId/review',
    {
      config: { action: 'setReviewPolicy' },
      schema: {
        operationId: 'setTenantReview',
        summary: 'Set which results of a tenant a person looks at',
        description: `A tenant-admin sets that of the own tenant. For documents that are accepted from then on. ${takesEffect}`,
        tags,
        params: tenantParams,
        body: reviewPolicySchema,
        response: { 200: reviewPolicySchema, ...problemResponses },
      },
    },
    async (request) => {
      const holder = holderOf(request);
      const { tenantId } = request.params;
      listedTenant(holder, tenantId);
      const { policy, fourEyesAbove } = request.body;
      const wanted = policy ?? undefined;
      const tenant = await tenantSettings.setPolicies(holder, tenantId, {
        action: 'tenant.review',
        names: reviewPolicyNames,
        policies: {
          ...(isReviewPolicy(wanted) && { review: wanted }),
          ...(fourEyesAbove !== null && { reviewFourEyesAbove: fourEyesAbove }),
        },
      });
      return reviewPolicyOf(tenant);
    },
  );
}

function reviewPolicyOf(tenant: Tenant): z.infer<typeof reviewPolicySchema> {
  const { review = null, reviewFourEyesAbove = null } = policiesOf(tenant);
  return { policy: review, fourEyesAbove: reviewFourEyesAbove };
}
