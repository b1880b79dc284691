import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import { FailureError } from '@docfleet/domain';
import fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { guardAccess } from './access.ts';
import { artifactRoutes } from './artifact-routes.ts';
import { deadLetterRoutes } from './dead-letter-routes.ts';
import { healthRoutes } from './health-routes.ts';
import { jobRoutes } from './job-routes.ts';
import { describeApi } from './openapi.ts';
import type { Api, GatewayParts } from './parts.ts';
import { answerProblems } from './problems.ts';
import { submitRoutes } from './submit-routes.ts';

/** Largest JSON body; it has references and options only. */
const maxJsonBytes = 256 * 1024;

/** The HTTP API, not yet listening. */
export async function buildApi(parts: GatewayParts): Promise<Api> {
  const api = fastify({
    bodyLimit: maxJsonBytes,
    // Longer than load balancers keep idle connections, so that none sends a request on one that is being closed.
    keepAliveTimeout: 75_000,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
  }).withTypeProvider<ZodTypeProvider>();
  api.setValidatorCompiler(validatorCompiler);
  api.setSerializerCompiler(serializerCompiler);
  answerProblems(api, parts);
  measure(api, parts);
  guardAccess(api, parts);
  await api.register(rateLimit, {
    max: parts.rateLimitPerMinute,
    timeWindow: 60_000,
    keyGenerator: (request) => request.holder?.keyId ?? request.ip,
    allowList: (request) => request.routeOptions.config.action === undefined,
    errorResponseBuilder: () => new FailureError('RATE_LIMITED'),
  });
  await api.register(multipart);
  await describeApi(api);
  healthRoutes(api, parts);
  submitRoutes(api, parts);
  jobRoutes(api, parts);
  artifactRoutes(api, parts);
  deadLetterRoutes(api, parts);
  return api;
}

function measure(api: Api, { metrics }: GatewayParts): void {
  const duration = metrics.histogram({
    name: 'docfleet_http_request_duration_seconds',
    help: 'Time from a request to its response.',
    labels: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120],
  });
  api.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const labels = { method: request.method, route, status: String(reply.statusCode) };
    duration.observe(labels, reply.elapsedTime / 1000);
    done();
  });
}
