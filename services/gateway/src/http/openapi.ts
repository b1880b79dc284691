import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { Api } from './parts.ts';

/** `GET /openapi.json` and a page at `/docs`, generated from the schemas that validate the requests. */
export async function describeApi(api: Api): Promise<void> {
  await api.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'docfleet', version: '1', description: 'Submit documents and read validated fields.' },
      components: {
        securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'An API key.' } },
      },
      security: [{ apiKey: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => completed(jsonSchemaTransformObject(document)),
  });
  await api.register(swaggerUi, { routePrefix: '/docs' });
  api.get('/openapi.json', { schema: { hide: true } }, (_request, reply) =>
    reply.serializer((body: unknown) => JSON.stringify(body)).send(api.swagger()),
  );
}

interface Content {
  content?: Record<string, { schema?: unknown }>;
}

interface Operation {
  requestBody?: Content;
  responses?: Record<string, Content>;
}

/** Adds what the schemas cannot express: the multipart form of an upload, and the media type of problems. */
function completed(document: object): object {
  const { paths = {} } = document as { paths?: Record<string, Record<string, Operation>> };
  for (const [path, operations] of Object.entries(paths)) {
    for (const operation of Object.values(operations)) {
      for (const [status, response] of Object.entries(operation.responses ?? {})) {
        const json = response.content?.['application/json'];
        if (/^[45]xx$/i.test(status) && json !== undefined) {
          response.content = { 'application/problem+json': json };
        }
      }
      if (['/v1/jobs', '/v1/process'].includes(path) && operation.requestBody?.content !== undefined) {
        operation.requestBody.content['multipart/form-data'] = { schema: uploadForm };
      }
    }
  }
  return document;
}

const uploadForm = {
  type: 'object',
  required: ['file'],
  properties: {
    file: { type: 'string', contentMediaType: 'application/octet-stream' },
    requestId: { type: 'string' },
    lane: { type: 'string', enum: ['urgent', 'high', 'normal'] },
    documentId: { type: 'string' },
    route: { type: 'string', enum: ['fast', 'auto', 'accurate'] },
    expectations: { type: 'string', contentMediaType: 'application/json', description: 'A JSON object.' },
    callbackUrl: { type: 'string', format: 'uri' },
    region: { type: 'string' },
  },
};
