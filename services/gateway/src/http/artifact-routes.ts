import type { Run } from '@docfleet/contracts';
import { FailureError } from '@docfleet/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { actionOfArtifact, artifactNames, artifactUri } from '../core/artifacts.ts';
import { mayDo } from '../core/roles.ts';
import { holderOf } from './access.ts';
import { disconnectSignal } from './disconnect-signal.ts';
import { runIdParams } from './job-routes.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';

const artifactList = z
  .object({
    artifacts: z.array(z.object({ name: z.enum(artifactNames), sizeBytes: z.int(), href: z.string() })),
  })
  .meta({ id: 'ArtifactList' });

/** Artifacts of a finished job, by role. Their bytes are streamed. */
export function artifactRoutes(api: Api, parts: GatewayParts): void {
  const bundleOf = async (request: FastifyRequest, runId: string): Promise<NonNullable<Run['bundle']>> => {
    const run = await parts.runs.findOfTenant(holderOf(request).tenantId, runId);
    if (run?.bundle === undefined || run.bundle === null) throw new FailureError('NOT_FOUND');
    return run.bundle;
  };

  api.get(
    '/v1/jobs/:runId/artifacts',
    {
      config: { action: 'readArtifacts' },
      schema: {
        summary: 'List the artifacts of a finished job',
        tags: ['artifacts'],
        params: runIdParams,
        response: { 200: artifactList, ...problemResponses },
      },
    },
    async (request, reply) => {
      const { runId } = request.params;
      const { role } = holderOf(request);
      const bundle = await bundleOf(request, runId);
      const readable = artifactNames.filter((name) => mayDo(role, actionOfArtifact[name]));
      const signal = disconnectSignal(reply);
      const found = await Promise.all(
        readable.map(async (name) => {
          const facts = await parts.store.head(artifactUri(bundle.uri, name), signal);
          const href = `/v1/jobs/${runId}/artifacts/${name}`;
          return facts === undefined ? [] : [{ name, sizeBytes: facts.sizeBytes, href }];
        }),
      );
      return { artifacts: found.flat() };
    },
  );

  api.get(
    '/v1/jobs/:runId/artifacts/:name',
    {
      config: { action: 'readArtifacts' },
      schema: {
        summary: 'Read an artifact',
        tags: ['artifacts'],
        params: runIdParams.extend({ name: z.string() }),
        response: { 200: z.any().describe('The artifact.'), ...problemResponses },
      },
    },
    async (request, reply) => {
      const name = artifactNames.find((known) => known === request.params.name);
      if (name === undefined) throw new FailureError('NOT_FOUND');
      if (!mayDo(holderOf(request).role, actionOfArtifact[name])) throw new FailureError('FORBIDDEN');
      const bundle = await bundleOf(request, request.params.runId);
      const { stream, sizeBytes, mediaType } = await openArtifact(
        parts,
        artifactUri(bundle.uri, name),
        reply,
      );
      return reply
        .type(mediaType)
        .header('content-length', sizeBytes)
        .header('content-disposition', `attachment; filename="${name}"`)
        .send(stream);
    },
  );
}

async function openArtifact(parts: GatewayParts, uri: string, reply: FastifyReply) {
  try {
    return await parts.store.openRead(uri, disconnectSignal(reply));
  } catch (error) {
    // Retention deletes artifacts before the job's row.
    if (error instanceof FailureError && error.code === 'SOURCE_NOT_FOUND') {
      throw new FailureError('NOT_FOUND', {}, { cause: error });
    }
    throw error;
  }
}
