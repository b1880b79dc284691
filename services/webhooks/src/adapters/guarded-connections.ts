import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import { Resolver } from 'node:dns/promises';
import { mayConnect, type EgressRule } from '@docfleet/webhook-rules';
import { Agent, buildConnector } from 'undici';

/** Gives the addresses that a name stands for. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** A name stands for an address that nothing may be sent to. */
export class AddressRefused extends Error {
  constructor() {
    super('The address may not be connected to');
    this.name = 'AddressRefused';
  }
}

/** Time for a connection, in milliseconds. */
const connectTimeoutMs = 10_000;

/** Time that an idle connection is kept, in milliseconds. */
const keepAliveMs = 10_000;

/**
 * Asks name servers, and neither `/etc/hosts` nor the search list of a cluster: what these add is inside. It needs no
 * thread, so a name server that is slow for one tenant holds up nobody else's.
 */
export function askNameServers(): Resolve {
  const resolver = new Resolver({ timeout: 3_000, tries: 2 });
  return async (host) => {
    const found = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const addresses = found.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    const [first] = found;
    if (addresses.length === 0 && first.status === 'rejected') throw first.reason;
    return addresses;
  };
}

/**
 * Connections that are only made to addresses that the rule lets pass. The address is taken from the very answer of the
 * name server that the connection is made with, and compared again with the other end of the connection, so a name that
 * changes its addresses gains nothing. Settings for proxies are not read.
 */
export function openGuardedAgent(rule: EgressRule, resolve: Resolve): Agent {
  const lookup: LookupFunction = (host, options, callback) => {
    resolve(host).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined) callback(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '');
        else if (!addresses.every((address) => mayConnect(rule, { host, address })))
          callback(new AddressRefused(), '');
        else if (options.all === true)
          callback(
            null,
            addresses.map((address) => ({ address, family: isIP(address) })),
          );
        else callback(null, first, isIP(first));
      },
      (error: unknown) => {
        callback(error instanceof Error ? error : new Error(String(error)), '');
      },
    );
  };
  const connect = buildConnector({ timeout: connectTimeoutMs, lookup });
  return new Agent({
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    // One request at a time on a connection, and as many connections as there are requests.
    pipelining: 1,
    connections: null,
    connect: (options, callback) => {
      const { hostname: host } = options;
      // An address in the URL is not looked up.
      if (isIP(host) !== 0 && !mayConnect(rule, { host, address: host })) {
        callback(new AddressRefused(), null);
        return;
      }
      connect(options, (...[error, socket]) => {
        if (error !== null) callback(error, null);
        else if (mayConnect(rule, { host, address: socket.remoteAddress ?? '' })) callback(null, socket);
        else {
          socket.destroy();
          callback(new AddressRefused(), null);
        }
      });
    },
  });
}
