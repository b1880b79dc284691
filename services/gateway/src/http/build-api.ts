import multipart from '@fastify/multipart';
import fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { guardAccess } from './access.ts';
import { artifactLinkRoutes } from './artifact-link-routes.ts';
import { artifactRoutes } from './artifact-routes.ts';
import { auditRoutes } from './audit-routes.ts';
import { batchReportRoutes } from './batch-report-routes.ts';
import { batchRoutes } from './batch-routes.ts';
import { classDraftRoutes } from './class-draft-routes.ts';
import { classRoutes } from './class-routes.ts';
import { consoleRoutes } from './console-routes.ts';
import { deadLetterRoutes } from './dead-letter-routes.ts';
import { guardEdge } from './edge.ts';
import { eventRoutes } from './event-routes.ts';
import { fleetRoutes } from './fleet-routes.ts';
import { healthRoutes } from './health-routes.ts';
import { jobRoutes } from './job-routes.ts';
import { keyRoutes } from './key-routes.ts';
import { erasureRoutes } from './erasure-routes.ts';
import { describeApi } from './openapi.ts';
import { maxJsonBytes } from './max-json-bytes.ts';
import { meRoutes } from './me-routes.ts';
import type { Api, GatewayParts } from './parts.ts';
import { answerProblems, answerRouterError } from './problems.ts';
import { reviewRoutes } from './review-routes.ts';
import { reviewWorkRoutes } from './review-work-routes.ts';
import { reviewLabelRoutes } from './review-label-routes.ts';
import { setAsideRoutes } from './set-aside-routes.ts';
import { answerClientError, answerUnroutedRequests } from './socket-errors.ts';
import { submitRoutes } from './submit-routes.ts';
import { tenantSettingsRoutes } from './tenant-settings-routes.ts';
import { tenantRoutes } from './tenant-routes.ts';
import { usageRoutes } from './usage-routes.ts';
import { endUnreadBodies } from './unread-bodies.ts';
import { webhookRoutes } from './webhook-routes.ts';

/** The HTTP API, not yet listening. `prepare` is called before the first route is registered. */
export async function buildApi(
  parts: GatewayParts,
  prepare: (api: Api) => void = () => undefined,
): Promise<Api> {
  const api = fastify({
    bodyLimit: maxJsonBytes,
    // The time in which a whole request must arrive; `endUnreadBodies` notices one that stands still much earlier.
    requestTimeout: parts.requestTimeoutMs,
    http: { requireHostHeader: false },
    trustProxy: parts.trustedProxies.length === 0 ? false : [...parts.trustedProxies],
    clientErrorHandler: answerClientError,
    frameworkErrors: answerRouterError,
    // Longer than load balancers keep idle connections, so that none sends a request on one that is being closed.
    keepAliveTimeout: 75_000,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    // The types of fastify tell a server with TLS from one without; the routes do not.
    ...(parts.tls === undefined ? {} : ({ https: parts.tls.options } as object)),
  }).withTypeProvider<ZodTypeProvider>();
  api.setValidatorCompiler(validatorCompiler);
  api.setSerializerCompiler(serializerCompiler);
  answerProblems(api, parts);
  answerUnroutedRequests(api.server);
  // Text has a parser by default, and no route takes it.
  api.removeContentTypeParser('text/plain');
  measure(api, parts);
  endUnreadBodies(api, { stallTimeoutMs: parts.stallTimeoutMs });
  guardEdge(api);
  guardAccess(api, parts);
  prepare(api);
  await api.register(multipart);
  await describeApi(api);
  healthRoutes(api, parts);
  consoleRoutes(api, parts);
  meRoutes(api);
  classRoutes(api);
  submitRoutes(api, parts);
  batchRoutes(api, parts);
  batchReportRoutes(api, parts);
  jobRoutes(api, parts);
  eventRoutes(api, parts);
  artifactRoutes(api, parts);
  artifactLinkRoutes(api, parts);
  classDraftRoutes(api, parts);
  reviewLabelRoutes(api, parts);
  deadLetterRoutes(api, parts);
  setAsideRoutes(api, parts);
  tenantRoutes(api, parts);
  keyRoutes(api, parts);
  erasureRoutes(api, parts);
  tenantSettingsRoutes(api, parts);
  usageRoutes(api, parts);
  fleetRoutes(api, parts);
  auditRoutes(api, parts);
  webhookRoutes(api, parts);
  reviewRoutes(api, parts);
  reviewWorkRoutes(api, parts);
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
