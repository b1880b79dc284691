import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { completeDocument, type OpenApiDocument } from '../core/openapi-document.ts';
import type { Api } from './parts.ts';

/** `GET /openapi.json` and a page at `/docs`, generated from the schemas that validate the requests. */
export async function describeApi(api: Api): Promise<void> {
  await api.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'docfleet', version: '1', description: 'Submit documents and read validated fields.' },
      components: {
        securitySchemes: {
          apiKey: {
            type: 'http',
            scheme: 'bearer',
            description: 'An API key, or a token of an identity provider.',
          },
        },
      },
      security: [{ apiKey: [] }],
    },
    transform: (input) => {
      const { schema, url } = jsonSchemaTransform(input);
      const { isRepeatable, responseHeaders } = input.route.config ?? {};
      const known = { 'x-repeatable': isRepeatable, 'x-response-headers': responseHeaders };
      return { schema: { ...schema, ...known }, url };
    },
    transformObject: (given) => {
      const document = jsonSchemaTransformObject(given);
      completeDocument(document as OpenApiDocument);
      return document;
    },
  });
  await api.register(async (pages) => {
    pages.addHook('onRoute', (route) => {
      route.config = { ...route.config, isPublic: true };
    });
    await pages.register(swaggerUi, { routePrefix: '/docs' });
  });
  api.get('/openapi.json', { config: { isPublic: true }, schema: { hide: true } }, (_request, reply) =>
    reply
      .type('application/json; charset=utf-8')
      .serializer((body: unknown) => JSON.stringify(body))
      .send(api.swagger()),
  );
}
