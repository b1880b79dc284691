/** One server-sent event. */
export interface ServerSentEvent {
  /** `message` where the stream names none. */
  readonly event: string;
  readonly data: string;
  /** The last id that the stream gave, up to and with this event. */
  readonly id: string;
}

/** Reads server-sent events out of text that comes in pieces (HTML standard, 9.2.6). */
export interface SseParser {
  /** The events that this piece completes. */
  readonly push: (text: string) => readonly ServerSentEvent[];
  /** Of what is complete: an id whose event is not is not resumed after. */
  readonly lastId: () => string;
  /** Pause before another connection, in milliseconds, as the stream asks for. */
  readonly retryMs: () => number | undefined;
}

export function sseParser(firstId = ''): SseParser {
  let rest = '';
  let id = firstId;
  let completeId = firstId;
  let event = '';
  let data: string[] = [];
  let retryMs: number | undefined;

  const line = (text: string): ServerSentEvent[] => {
    if (text === '') {
      const complete =
        data.length === 0 ? [] : [{ event: event === '' ? 'message' : event, data: data.join('\n'), id }];
      event = '';
      data = [];
      completeId = id;
      return complete;
    }
    const colon = text.indexOf(':');
    const name = colon === -1 ? text : text.slice(0, colon);
    const value = colon === -1 ? '' : text.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') event = value;
    else if (name === 'data') data.push(value);
    else if (name === 'id' && !value.includes('\0')) id = value;
    else if (name === 'retry' && /^\d{1,9}$/.test(value)) retryMs = Number(value);
    return [];
  };

  return {
    push: (text) => {
      rest += text;
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      return lines.flatMap(line);
    },
    lastId: () => completeId,
    retryMs: () => retryMs,
  };
}
