import { z } from 'zod';
import { holderOf, tenantHolderOf } from './access.ts';
import { disconnectSignal } from './disconnect-signal.ts';
import { runIdParams } from './job-routes.ts';
import type { Api, GatewayParts } from './parts.ts';
import { problemResponses } from './problem-responses.ts';
import { sendArtifact } from './send-artifact.ts';

const artifactList = z
  .object({
    artifacts: z
      .array(
        z.object({
          name: z.string(),
          mediaType: z.string(),
          sizeBytes: z.int().nullable().describe('Null: it is made when it is first read.'),
          sha256: z.string().nullable().describe('Null: not known.'),
          href: z.string(),
        }),
      )
      .describe('The files of the result, the original, each page, and what can be made of the words.'),
  })
  .meta({ id: 'ArtifactList' });

export const artifactParams = runIdParams.extend({
  name: z
    .string()
    .describe('As in the list, such as `result.json`, `original`, `page-1` or `searchable.pdf`.'),
});

/** A range that is answered by 206, and what is not answered again. */
export const artifactResponses = {
  200: z.any().describe('The artifact.'),
  206: z.any().describe('The bytes that `Range` asked for.'),
  304: z.any().describe('`If-None-Match` names what would be sent.'),
  ...problemResponses,
};

/** Artifacts of a finished job, by role. Their bytes are streamed. */
export function artifactRoutes(api: Api, parts: GatewayParts): void {
  const { artifacts, store } = parts;

  api.get(
    '/v1/jobs/:runId/artifacts',
    {
      config: { action: 'readArtifacts' },
      schema: {
        operationId: 'listArtifacts',
        summary: 'List the artifacts of a finished job',
        description:
          'Those that the role of the key may read; a viewer sees what was found, and not the document.',
        tags: ['artifacts'],
        params: runIdParams,
        response: { 200: artifactList, ...problemResponses },
      },
    },
    async (request, reply) => {
      const { tenantId, role } = tenantHolderOf(request);
      const { runId } = request.params;
      const run = await artifacts.runOf(tenantId, runId);
      const listed = await artifacts.list(run, role, disconnectSignal(reply));
      return {
        artifacts: listed.map((artifact) => ({
          ...artifact,
          href: `/v1/jobs/${runId}/artifacts/${artifact.name}`,
        })),
      };
    },
  );

  api.get(
    '/v1/jobs/:runId/artifacts/:name',
    {
      config: { action: 'readArtifacts', responseHeaders: { 200: ['content-disposition'] } },
      schema: {
        operationId: 'readArtifact',
        summary: 'Read an artifact',
        description:
          'One range of bytes may be asked for. Renditions of the words are made when they are first read, and stored; ' +
          '503 when too many are being made.',
        tags: ['artifacts'],
        params: artifactParams,
        response: artifactResponses,
      },
    },
    async (request, reply) => {
      const { runId, name } = request.params;
      const run = await artifacts.runOf(tenantHolderOf(request).tenantId, runId);
      const artifact = await artifacts.find(run, name, holderOf(request).role, disconnectSignal(reply));
      return sendArtifact(store, artifact, { request, reply });
    },
  );
}
