import type { RequestFault } from './problem.ts';

/** Longest path with query, in characters. */
export const maxUrlLength = 8_192;

/** Host and optional port (RFC 9110, section 7.2): a name, an IPv4 address, or an IPv6 address in brackets. */
const hostAndPort = /^(?:[a-z0-9](?:[a-z0-9._-]{0,252}[a-z0-9.])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

export interface RequestHead {
  readonly httpVersion: string;
  readonly url: string;
  /** Names and values in turn, as they arrived. */
  readonly rawHeaders: readonly string[];
}

/** What is wrong with the head of a request, and the status that says so; undefined for none. */
export function headFault(
  head: RequestHead,
): { readonly status: number; readonly fault: RequestFault } | undefined {
  if (head.url.length > maxUrlLength) {
    return { status: 414, fault: { path: 'url', message: `is longer than ${maxUrlLength} characters` } };
  }
  const hosts = head.rawHeaders.filter(
    (_, index) => index % 2 === 1 && head.rawHeaders[index - 1]?.toLowerCase() === 'host',
  );
  // Before HTTP/1.1 the header is optional (RFC 9112, section 3.2).
  if (hosts.length === 0 && head.httpVersion === '1.0') return undefined;
  if (hosts.length === 1 && hostAndPort.test(hosts[0] ?? '')) return undefined;
  return { status: 400, fault: { path: 'host', message: 'is missing, repeated or not a host name' } };
}

/** A fault for each parameter of a query that its route does not have. */
export function unknownParameters(query: object, known: readonly string[]): readonly RequestFault[] {
  return Object.keys(query)
    .filter((name) => !known.includes(name))
    .map((name) => ({ path: name, message: 'is not a parameter of this route' }));
}
