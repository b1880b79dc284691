import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** A network in CIDR notation, parsed. */
type Network = ReturnType<typeof ipaddr.parseCIDR>;

/** Where webhooks may be sent besides public addresses over https. */
export interface EgressRule {
  /** Networks that may be connected to although they are not public. */
  readonly networks: readonly Network[];
  /** Names whose addresses may be connected to although they are not public. */
  readonly hosts: ReadonlySet<string>;
  /** Whether http may be used as well. */
  readonly http: boolean;
}

const hostName =
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** Parses addresses, networks and names, separated by commas; undefined for any other text. */
export function parseAllowedHosts(text: string): Pick<EgressRule, 'networks' | 'hosts'> | undefined {
  const networks: Network[] = [];
  const hosts = new Set<string>();
  for (const entry of text.split(',').map((each) => each.trim().toLowerCase())) {
    if (entry === '') continue;
    const network = networkOf(entry);
    if (network !== undefined) networks.push(network);
    // A name whose last label is a number is an address in another form, or a mistyped one.
    else if (hostName.test(entry) && !/(?:^|\.)\d+$/.test(entry)) hosts.add(entry);
    else return undefined;
  }
  return { networks, hosts };
}

function networkOf(entry: string): Network | undefined {
  const [address = '', length, ...more] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || more.length > 0) return undefined;
  const bits = version === 4 ? 32 : 128;
  if (length !== undefined && (!/^\d{1,3}$/.test(length) || Number(length) > bits)) return undefined;
  return ipaddr.parseCIDR(`${address}/${length ?? bits}`);
}

/** The part of IPv6 that is given to the internet (IANA, IPv6 Address Space): everything else is special or unassigned. */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

/** Documentation (RFC 9637), which the library does not know. */
const documentation = ipaddr.parseCIDR('3fff::/20');

/**
 * Whether an address belongs to the internet at large: not private, loopback, link-local (with the metadata services of
 * clouds), shared (CGNAT), multicast, documentation, reserved, or a form of IPv6 that holds an IPv4 address. Text that is
 * no address in its usual form is none.
 */
export function isPublicAddress(text: string): boolean {
  if (isIP(text) === 0 || text.includes('%')) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || (address.match(globalUnicast) && !address.match(documentation));
}

/** Whether a connection to `address`, which `host` stands for, may be used. */
export function mayConnect(rule: EgressRule, { host, address }: { host: string; address: string }): boolean {
  if (isPublicAddress(address)) return true;
  if (isIP(address) === 0 || address.includes('%')) return false;
  if (rule.hosts.has(host.toLowerCase())) return true;
  const parsed = ipaddr.process(address);
  return rule.networks.some((network) => parsed.kind() === network[0].kind() && parsed.match(network));
}
