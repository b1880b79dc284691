import { createMetrics } from '@docfleet/telemetry';
import { defaultMaxFiles } from './config.ts';
import { buildApi } from './http/build-api.ts';
import type { GatewayParts } from './http/parts.ts';

/**
 * The OpenAPI document that a gateway serves at `/openapi.json`, without a running one: routes are registered, and none
 * is called.
 */
export async function apiDocument(): Promise<object> {
  const parts: Partial<GatewayParts> = {
    metrics: createMetrics('gateway'),
    trustedProxies: [],
    requestTimeoutMs: 1_000,
    stallTimeoutMs: 1_000,
    // Limits by default, which the schemas of requests show.
    batches: { limits: { maxFiles: defaultMaxFiles } } as GatewayParts['batches'],
  };
  // What a route needs to answer is not there, since no request comes.
  const api = await buildApi(parts as GatewayParts);
  await api.ready();
  const document = api.swagger();
  await api.close();
  return document;
}
