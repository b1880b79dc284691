import { healthAnswer } from '@docfleet/telemetry';
import type { Api, GatewayParts } from './parts.ts';

/** `/health`, `/ready` and `/metrics`, on the port of the API. */
export function healthRoutes(api: Api, parts: GatewayParts): void {
  const hide = { config: { isPublic: true }, schema: { hide: true } } as const;
  api.get('/health', hide, (_request, reply) => {
    const { status, body } = healthAnswer(parts.live());
    return reply.status(status).send(body);
  });
  api.get('/ready', hide, async (_request, reply) => {
    const { status, body } = healthAnswer(await parts.ready());
    return reply.status(status).send(body);
  });
  api.get('/metrics', hide, async (request, reply) => {
    const { contentType, body } = await parts.metrics.exposition(request.headers.accept);
    return reply.type(contentType).send(body);
  });
}
