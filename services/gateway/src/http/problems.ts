import { FailureError, toFailure } from '@docfleet/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { InvalidRequest, problemOf, type ProblemAnswer, type RequestFault } from '../core/problem.ts';
import type { Api, GatewayParts } from './parts.ts';

/** Answers every error, including those of fastify, as problem+json with a stable code. */
export function answerProblems(api: Api, parts: GatewayParts): void {
  api.setErrorHandler((error, request, reply) => {
    const answer = answerOf(error, pathOf(request));
    // After a disconnect the error is the client's own.
    if (answer.problem.status >= 500 && !reply.raw.destroyed) {
      parts.log
        .child({ tenant: request.holder?.tenantId })
        .error('Request failed', error, { path: pathOf(request) });
    }
    return send(reply, answer);
  });
  api.setNotFoundHandler((request, reply) => send(reply, problemOf('NOT_FOUND', pathOf(request))));
}

function answerOf(error: unknown, instance: string): ProblemAnswer {
  if (error instanceof InvalidRequest) {
    return problemOf('REQUEST_INVALID', instance, { faults: error.faults, status: error.status });
  }
  if (error instanceof FailureError) return problemOf(error.code, instance);
  if (hasZodFastifySchemaValidationErrors(error)) {
    const faults = error.validation.map((fault): RequestFault => ({
      path: fault.instancePath.split('/').filter(Boolean).join('.'),
      message: fault.message ?? 'is not valid',
    }));
    return problemOf('REQUEST_INVALID', instance, { faults });
  }
  // Errors of fastify: malformed JSON 400, body too large 413, wrong media type 415.
  const status = statusOf(error);
  if (status === 413) return problemOf('DOC_TOO_LARGE', instance);
  if (status >= 400 && status < 500) return problemOf('REQUEST_INVALID', instance, { status });
  return problemOf(toFailure(error).code, instance);
}

function statusOf(error: unknown): number {
  const status =
    typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : 500;
  return typeof status === 'number' ? status : 500;
}

function send(reply: FastifyReply, { problem, retryAfterSeconds }: ProblemAnswer): FastifyReply {
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', retryAfterSeconds);
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  return reply
    .status(problem.status)
    .type('application/problem+json; charset=utf-8')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problem);
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?')[0] ?? '';
}
