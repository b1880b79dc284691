import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readableOf, type EventStreams } from '../adapters/event-streams.ts';
import { lastEventId } from '../core/stream-event.ts';
import type { EventSource } from '../event-source.ts';
import { resume, streamEvents } from '../stream-events.ts';
import { callerOf, holderOf } from './access.ts';
import { disconnectSignal } from './disconnect-signal.ts';
import type { GatewayParts } from './parts.ts';

/** Headers of a request for a stream of events. */
export const eventStreamHeaders = z.looseObject({
  'last-event-id': z
    .string()
    .optional()
    .describe('The id of the last event that was received: the stream continues after it.'),
});

/** Value of Retry-After where too many streams are open, in seconds. */
const retryAfterSeconds = 5;

/**
 * Answers with the events of a source, or 204 when the client has all of them and no more can follow.
 *
 * @throws InvalidRequest for an id that is none; FailureError `RATE_LIMITED` or `SERVICE_UNAVAILABLE` when too many streams are
 *   open, `DATABASE_UNAVAILABLE`
 */
export async function sendEvents(
  source: EventSource,
  { request, reply, parts }: { request: FastifyRequest; reply: FastifyReply; parts: GatewayParts },
): Promise<FastifyReply> {
  const { clock, notifications, eventStreams, streamTimes: times, stopping } = parts;
  const header = request.headers['last-event-id'];
  const from = await resume(source, lastEventId(Array.isArray(header) ? header[0] : header));
  if (from === 'over') return reply.status(204).send();
  const close = openStream(eventStreams, callerOf(holderOf(request)), reply);
  reply.raw.once('close', close);
  const disconnected = disconnectSignal(reply);
  const texts = streamEvents(source, { from, notifications, clock, times, stopping, disconnected });
  return reply
    .type('text/event-stream; charset=utf-8')
    .headers({
      // Of the stream's own end; a proxy must pass every event on at once.
      connection: 'close',
      'x-accel-buffering': 'no',
    })
    .send(readableOf(texts, { slowMs: times.slowMs, clock }));
}

function openStream(streams: EventStreams, caller: string, reply: FastifyReply): () => void {
  try {
    return streams.open(caller);
  } catch (error) {
    void reply.header('retry-after', retryAfterSeconds);
    throw error;
  }
}
