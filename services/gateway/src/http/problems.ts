import { FailureError, toFailure } from '@docfleet/domain';
import type { LogFields } from '@docfleet/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { allowedMethods, type KnownRoute } from '../core/allowed-methods.ts';
import {
  InvalidRequest,
  problemOf,
  RefusedRequest,
  type ProblemAnswer,
  type RequestFault,
} from '../core/problem.ts';
import { QuotaExceeded } from '../core/quotas.ts';
import { LimitExceeded } from '../core/rate-limit.ts';
import { ReviewConflict } from '../core/review-conflict.ts';
import { maxJsonBytes } from './max-json-bytes.ts';
import type { Api, GatewayParts } from './parts.ts';

/** Answers every error, including those of fastify, as problem+json with a stable code. */
export function answerProblems(api: Api, parts: GatewayParts): void {
  api.setErrorHandler((error, request, reply) => {
    const answer = answerOf(error, pathOf(request));
    // After a disconnect the error is the client's own.
    if (answer.problem.status >= 500 && !reply.raw.destroyed) {
      parts.log
        .child({ ...runOf(request), tenant: request.holder?.tenantId ?? undefined })
        .error('Request failed', error, { path: pathOf(request) });
    }
    if (error instanceof LimitExceeded) void reply.headers(error.headers);
    return sendProblem(reply, answer);
  });
  answerUnknownRoutes(api);
}

/** Answers a path or method that no route has, before its body is parsed: 405 where the path has other methods. */
function answerUnknownRoutes(api: Api): void {
  const routes: KnownRoute[] = [];
  api.addHook('onRoute', ({ method, url }) => {
    routes.push({ methods: typeof method === 'string' ? [method] : method, url });
  });
  const answer = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const path = pathOf(request);
    const methods = allowedMethods(routes, path);
    if (methods.length === 0) return sendProblem(reply, problemOf('NOT_FOUND', path));
    void reply.header('allow', methods.join(', '));
    const faults = [{ path: 'method', message: `expected one of ${methods.join(', ')}` }];
    return sendProblem(reply, problemOf('REQUEST_INVALID', path, { status: 405, faults }));
  };
  api.setNotFoundHandler(answer);
  api.addHook('onRequest', (request, reply, done) => {
    if (request.is404) answer(request, reply);
    else done();
  });
}

/** Answers what the router refuses before there is a route: a path that cannot be decoded, or with too long a part. */
export function answerRouterError(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  void sendProblem(reply, answerOf(error, pathOf(request)));
}

function answerOf(error: unknown, instance: string): ProblemAnswer {
  if (error instanceof InvalidRequest) {
    return problemOf('REQUEST_INVALID', instance, { faults: error.faults, status: error.status });
  }
  if (error instanceof ReviewConflict) return problemOf(error.code, instance, { review: error.task });
  if (error instanceof RefusedRequest) return problemOf(error.code, instance, { faults: error.faults });
  if (error instanceof QuotaExceeded) return problemOf(error.code, instance, { quota: error.quota });
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
  if (isBodyTooLarge(error)) {
    const message = `is larger than ${String(maxJsonBytes / 1024)} KiB; send less at once`;
    return problemOf('REQUEST_INVALID', instance, { faults: [{ path: 'body', message }], status });
  }
  if (status === 413) return problemOf('DOC_TOO_LARGE', instance);
  if (status >= 400 && status < 500) return problemOf('REQUEST_INVALID', instance, { status });
  return problemOf(toFailure(error).code, instance);
}

/** Whether the body, which is no form, is larger than fastify parses. */
function isBodyTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'FST_ERR_CTP_BODY_TOO_LARGE';
}

function statusOf(error: unknown): number {
  const status =
    typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : 500;
  return typeof status === 'number' ? status : 500;
}

/** Sends a problem document. */
export function sendProblem(
  reply: FastifyReply,
  { problem, retryAfterSeconds }: ProblemAnswer,
): FastifyReply {
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', retryAfterSeconds);
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  return reply
    .status(problem.status)
    .type('application/problem+json; charset=utf-8')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problem);
}

/** The run that the path names. */
function runOf({ params }: FastifyRequest): LogFields {
  const { runId } = (params ?? {}) as { readonly runId?: string };
  return runId === undefined ? {} : { runId };
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?')[0] ?? '';
}
