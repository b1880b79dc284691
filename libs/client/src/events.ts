import { UnreachableError } from './api-error.ts';
import type { CallOptions } from './operation.ts';
import { sseParser } from './sse-parser.ts';
import type { Transport } from './transport.ts';

/** An event of a job or batch. */
export interface ApiEvent {
  /** Resume after it: `lastEventId` of another call. Empty for an event that cannot be resumed at. */
  readonly id: string;
  readonly type: string;
  /** Parsed JSON. */
  readonly data: unknown;
}

export interface EventOptions extends CallOptions {
  /** The id of the last event that was seen; the stream goes on after it. */
  readonly lastEventId?: string;
}

/** Time without a byte after which a connection counts as lost, in milliseconds: a gateway sends a heartbeat each 15 s. */
const silenceMs = 45_000;

/** Pause before another connection, unless the stream asks for another, in milliseconds. */
const pauseMs = 1_000;

/**
 * The events of a stream, across connections: a lost one is made again, and goes on after the last event. Ends when the
 * gateway closes it behind an event that `isLast` names, or says that nothing will follow (204): a job that is redriven
 * goes on behind its first end.
 *
 * @throws ApiError for a refusal; UnreachableError when connections bring nothing for the client's patience
 */
export async function* followEvents(
  transport: Transport,
  path: string,
  isLast: (event: ApiEvent) => boolean,
  options: EventOptions,
): AsyncGenerator<ApiEvent, void> {
  const { context, patienceMs } = transport;
  const signal = transport.signalOf(options);
  let parser = sseParser(options.lastEventId);
  let heardAt = context.now();
  for (;;) {
    const connection = new AbortController();
    const send = {
      method: 'GET',
      path,
      headers: {
        accept: 'text/event-stream',
        ...(parser.lastId() === '' ? {} : { 'last-event-id': parser.lastId() }),
      },
      isRepeatable: true,
    };
    const answer = await transport.send(send, {
      ...options,
      signal: AbortSignal.any([signal, connection.signal]),
    });
    if (answer.status === 204) return;
    let isOver = false;
    try {
      for await (const text of textOf(answer, connection)) {
        heardAt = context.now();
        for (const { event, data, id } of parser.push(text)) {
          const read = { id, type: event, data: jsonOf(data) };
          isOver = isLast(read);
          yield read;
        }
      }
      if (isOver) return;
    } catch {
      // A lost connection; the next one goes on after the last event.
      signal.throwIfAborted();
    } finally {
      connection.abort();
    }
    if (context.now() - heardAt > patienceMs)
      throw new UnreachableError(path, 'the stream of events brings nothing');
    await context.sleep(parser.retryMs() ?? pauseMs, signal);
    // What the old connection had begun to say is said again.
    parser = sseParser(parser.lastId());
  }
}

/** The text of an answer as it comes. Silence ends the connection. */
async function* textOf(answer: Response, connection: AbortController): AsyncGenerator<string, void> {
  if (answer.body === null) return;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const timer = setTimeout(() => {
      connection.abort();
    }, silenceMs);
    const { value, done } = await reader.read().finally(() => {
      clearTimeout(timer);
    });
    if (done) return;
    yield value;
  }
}

/** The data as it is, where it is no JSON. */
function jsonOf(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return data;
  }
}
