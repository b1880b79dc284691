import type { FastifyReply } from 'fastify';
import { limitHeaders, type ShownLimit } from '../core/rate-limit.ts';

/** Adds a limit to the fields RateLimit-Policy and RateLimit of an answer. */
export function showLimit(reply: FastifyReply, limit: ShownLimit): void {
  for (const [name, value] of Object.entries(limitHeaders([limit])))
    void reply.header(name, [reply.getHeader(name), value].filter((each) => each !== undefined).join(', '));
}
