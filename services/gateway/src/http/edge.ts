import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { headFault, unknownParameters } from '../core/edge-rules.ts';
import { InvalidRequest } from '../core/problem.ts';
import type { Api } from './parts.ts';

/** Checks what holds for every request: the length of its URL, its host, and that its route has its query parameters. */
export function guardEdge(api: Api): void {
  // The server's own check of Host answers without a problem document, so it is off and this one does it.
  api.addHook('onRequest', (request, _reply, done) => {
    const { httpVersion, url = '', rawHeaders } = request.raw;
    const found = headFault({ httpVersion, url, rawHeaders });
    done(found === undefined ? undefined : new InvalidRequest([found.fault], found.status));
  });
  api.addHook('preValidation', (request, _reply, done) => {
    if (request.routeOptions.config.action === undefined) {
      done();
      return;
    }
    const faults = unknownParameters(request.query as object, parametersOf(request));
    done(faults.length === 0 ? undefined : new InvalidRequest(faults));
  });
}

function parametersOf(request: FastifyRequest): readonly string[] {
  const query: unknown = request.routeOptions.schema?.querystring;
  return query instanceof z.ZodObject ? Object.keys(query.shape) : [];
}
