import { InvalidRequest } from './problem.ts';

/** An event of a stream of server-sent events. */
export interface StreamEvent {
  readonly event: string;
  /** Where a client resumes after this event; absent: it is not kept, and is never sent again. */
  readonly id?: bigint;
  readonly data: object;
}

/** An event as it is written (HTML standard, 9.2.5). JSON has no line break, so its data are one line. */
export function eventText({ event, id, data }: StreamEvent): string {
  const place = id === undefined ? '' : `id: ${id}\n`;
  return `event: ${event}\n${place}data: ${JSON.stringify(data)}\n\n`;
}

/** A comment, which clients pass over: it keeps the connection from being closed as idle. */
export const heartbeatText = ': heartbeat\n\n';

/** The beginning of a stream: how long a client waits before it connects again, in milliseconds. */
export function greetingText(retryMs: number): string {
  return `retry: ${retryMs}\n\n`;
}

/** The largest id: that of a 64-bit number with a sign. */
const largestId = 2n ** 63n - 1n;

/**
 * The event that a client has received last; undefined when it says none.
 *
 * @throws InvalidRequest for a text that is not an id
 */
export function lastEventId(header: string | undefined): bigint | undefined {
  if (header === undefined || header === '') return undefined;
  const id = /^\d{1,19}$/.test(header) ? BigInt(header) : largestId + 1n;
  if (id <= largestId) return id;
  throw new InvalidRequest([{ path: 'last-event-id', message: 'is not the id of an event' }]);
}
