import type { FastifyReply } from 'fastify';

/** Aborts when the client disconnects before the response was sent completely. */
export function disconnectSignal(reply: FastifyReply): AbortSignal {
  const disconnected = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) disconnected.abort(new Error('The client disconnected.'));
  });
  return disconnected.signal;
}
