import { FailureError, isoOf } from '@docfleet/domain';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { maxLinkLength, maxLinkSeconds } from '../core/artifact-link.ts';
import { queryInteger } from '../core/query-integer.ts';
import { rateLimitHeaders } from '../core/rate-limit.ts';
import { tenantHolderOf } from './access.ts';
import { auditLink } from './audit-calls.ts';
import { artifactParams, artifactResponses } from './artifact-routes.ts';
import { disconnectSignal } from './disconnect-signal.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';
import { dispositionOf, sendArtifact } from './send-artifact.ts';

const signedUrl = z.object({ url: z.string(), expiresAt: z.iso.datetime() }).meta({ id: 'SignedUrl' });

/** Signed URLs of artifacts: made with a key, read without one. */
export function artifactLinkRoutes(api: Api, parts: GatewayParts): void {
  const { artifacts, artifactLinks, store, clock } = parts;

  api.post(
    '/v1/jobs/:runId/artifacts/:name/url',
    {
      config: { action: 'readArtifacts' },
      schema: {
        summary: 'Make a short-lived URL of an artifact',
        description:
          'Whoever has the URL reads the artifact without a key until `expiresAt`; it cannot be taken back before. It belongs to the present revision of the job. ' +
          '404 also where the installation signs no URLs.',
        operationId: 'signArtifactUrl',
        tags: ['artifacts'],
        params: artifactParams,
        querystring: z.object({
          expiresInSeconds: queryInteger({ min: 1, max: maxLinkSeconds, byDefault: 300 }),
        }),
        response: { 200: signedUrl, ...problemResponses },
      },
    },
    async (request, reply) => {
      const { tenantId, role } = tenantHolderOf(request);
      const { runId, name } = request.params;
      const run = await artifacts.runOf(tenantId, runId);
      const signal = disconnectSignal(reply);
      const artifact = await artifacts.find(run, name, role, signal);
      if ((await store.head(artifact.uri, signal)) === undefined) throw new FailureError('NOT_FOUND');
      const expiresAt = clock.now() + request.query.expiresInSeconds * 1000;
      const link = { tenantId, runId, revision: run.revision, name, expiresAt };
      const url = await artifactLinks.make(link, artifact, dispositionOf(artifact));
      return { url: absolute(url, request), expiresAt: isoOf(expiresAt) };
    },
  );

  api.get(
    '/v1/artifact-links',
    {
      config: { isPublic: true },
      schema: {
        summary: 'Read an artifact by its signed URL',
        description: 'Needs no key. 403 for a token that is not valid any more.',
        operationId: 'readSignedArtifact',
        tags: ['artifacts'],
        security: [],
        querystring: z.object({ token: z.string().min(1).max(maxLinkLength) }),
        response: artifactResponses,
      },
    },
    async (request, reply) => {
      const { tenantId, runId, revision, name } = artifactLinks.read(request.query.token);
      void reply.header('cache-control', 'no-store');
      const counted = await parts.tenantLimit.count(tenantId);
      void reply.headers(rateLimitHeaders(parts.tenantLimit.limitOf(tenantId), counted));
      if (parts.intake.tenants.settingsOf(tenantId)?.state === 'suspended')
        throw new FailureError('TENANT_SUSPENDED');
      const run = await artifacts.runOf(tenantId, runId);
      if (run.revision !== revision) throw new FailureError('NOT_FOUND');
      auditLink(parts, { request, reply }, { tenantId, runId, name });
      const artifact = await artifacts.find(run, name, 'signed', disconnectSignal(reply));
      return sendArtifact(store, artifact, { request, reply });
    },
  );
}

/** A path of the gateway under the address at which the caller reached it. */
function absolute(url: string, request: FastifyRequest): string {
  if (!url.startsWith('/')) return url;
  const base = `${request.protocol}://${request.host}`;
  return URL.canParse(base) ? new URL(url, base).href : url;
}
