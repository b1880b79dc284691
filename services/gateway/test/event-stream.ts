import { until } from '@docfleet/testing';

/** An event as a client received it. */
export interface ReceivedEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: Record<string, unknown>;
}

/** A stream of events that a client has open. */
export interface OpenStream {
  readonly status: number;
  readonly headers: Headers;
  /** So far, in order. */
  readonly events: ReceivedEvent[];
  readonly comments: string[];
  /** Resolves when the stream has ended. */
  readonly ended: Promise<void>;
  /** Resolves when so many events were received. */
  received(count: number): Promise<void>;
  close(): void;
}

/** Opens a stream and reads it; one that is refused has the body as its one event. */
export async function openStream(url: string, key: string, lastEventId?: string): Promise<OpenStream> {
  const stop = new AbortController();
  const response = await fetch(url, {
    headers: {
      authorization: `Bearer ${key}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
    signal: stop.signal,
  });
  const events: ReceivedEvent[] = [];
  const comments: string[] = [];
  const ended = read(response, events, comments).catch(() => undefined);
  return {
    status: response.status,
    headers: response.headers,
    events,
    comments,
    ended,
    received: (count) => until(`${count} events`, () => events.length >= count),
    close: () => {
      stop.abort();
    },
  };
}

async function read(response: Response, events: ReceivedEvent[], comments: string[]): Promise<void> {
  let text = '';
  for await (const bytes of response.body ?? []) {
    text += new TextDecoder().decode(bytes as Uint8Array);
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = block.split('\n').map((line) => /^(\w*): (.*)$/s.exec(line)?.slice(1) ?? []);
      const valueOf = (name: string) => fields.find(([field]) => field === name)?.[1];
      const [comment, event] = [valueOf(''), valueOf('event')];
      if (comment !== undefined) comments.push(comment);
      if (event !== undefined) {
        const data = JSON.parse(valueOf('data') ?? '{}') as Record<string, unknown>;
        events.push({ event, id: valueOf('id'), data });
      }
    }
  }
}
