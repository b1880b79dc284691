import { isIP } from 'node:net';
import { mayConnect, type EgressRule } from './egress-rule.ts';

/** Longest address of a receiver, in characters. */
export const maxUrlLength = 2_048;

/** Names that never leave the machine or its network (RFC 6761, RFC 6762, and names that clouds use inside). */
const localNames = /(?:^|\.)(?:localhost|local|internal|localdomain|home\.arpa)$/;

/**
 * Why nothing may be sent to a URL; undefined when it may, as far as its text tells: what its name stands for is checked
 * when a connection is made.
 */
export function urlProblem(text: string, rule: EgressRule): string | undefined {
  if (text.length > maxUrlLength) return `is longer than ${maxUrlLength} characters`;
  const url = URL.parse(text);
  if (url === null) return 'is not a URL';
  if (url.protocol !== 'https:' && !(rule.http && url.protocol === 'http:')) {
    return rule.http ? 'does not start with https:// or http://' : 'does not start with https://';
  }
  if (url.username !== '' || url.password !== '') return 'has credentials';
  if (url.hash !== '') return 'has a fragment';
  const host = hostOf(url);
  if (isIP(host) !== 0) {
    return mayConnect(rule, { host, address: host }) ? undefined : 'is an address that is not public';
  }
  return localNames.test(host) && !rule.hosts.has(host) ? 'is a name that is not public' : undefined;
}

/** The host of a URL: a name in lower case without a dot at its end, or an address without brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}
