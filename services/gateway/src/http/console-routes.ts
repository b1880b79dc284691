import type { FastifyReply, FastifyRequest } from 'fastify';
import { cachingOf, consoleHeaders, fileFor } from '../core/console.ts';
import { RefusedRequest } from '../core/problem.ts';
import type { Api, GatewayParts } from './parts.ts';

const open = { config: { isPublic: true }, schema: { hide: true } } as const;

/**
 * The console (H-02): the files of a browser application at `/console/`, and what it needs to know before somebody signs
 * in. The pages hold nothing of a tenant; they call the API with the key or token of whoever uses them.
 */
export function consoleRoutes(api: Api, parts: GatewayParts): void {
  api.get('/console', open, (_request, reply) => reply.redirect('/console/', 308));

  api.get('/console/config.json', open, (_request, reply) => {
    const { origins, ...facts } = parts.consoleFacts;
    return reply
      .headers({ ...consoleHeaders({ origins }), 'cache-control': 'no-store' })
      .type('application/json; charset=utf-8')
      .serializer((body: unknown) => JSON.stringify(body))
      .send(facts);
  });

  api.get('/console/*', open, (request, reply) => {
    const site = parts.consoleSite;
    if (site === undefined) {
      throw new RefusedRequest('NOT_FOUND', [
        { path: 'console', message: 'was not built for this gateway; the API works without it' },
      ]);
    }
    const { '*': path } = request.params as { readonly '*': string };
    const name = fileFor(path, (known) => site.has(known));
    const file = name === undefined ? undefined : site.get(name);
    if (name === undefined || file === undefined) {
      throw new RefusedRequest('NOT_FOUND', [
        { path: 'console', message: 'has no such file; load its page again' },
      ]);
    }
    void reply.headers({
      ...consoleHeaders(parts.consoleFacts),
      'cache-control': cachingOf(name),
      etag: file.etag,
      vary: 'accept-encoding',
    });
    return sendFile(file, { request, reply });
  });
}

function sendFile(
  file: { readonly mediaType: string; readonly body: Buffer; readonly zipped: Buffer; readonly etag: string },
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
): FastifyReply {
  if (request.headers['if-none-match'] === file.etag) return reply.status(304).send();
  void reply.type(file.mediaType);
  const takesGzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  if (!takesGzip) return reply.send(file.body);
  return reply.header('content-encoding', 'gzip').send(file.zipped);
}
