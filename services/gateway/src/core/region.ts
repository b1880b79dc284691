import type { RegionRouting } from '@docfleet/contracts';
import { FailureError } from '@docfleet/domain';

/** Counts the gateways that have passed a call on; one that was passed on is not passed on again. */
export const hopsHeader = 'docfleet-hops';

/** Where a document goes that belongs to another fleet. */
export interface Elsewhere {
  readonly how: Exclude<RegionRouting, 'refuse'>;
  /** Base URL of the gateway of its region. */
  readonly baseUrl: string;
}

/**
 * Where a document of a region goes; undefined: it is this fleet's (M-22).
 *
 * @throws FailureError `REGION_MISMATCH` where it is not routed: by the tenant's setting, because nothing is known of its
 *   region, or because another gateway has passed it on
 */
export function elsewhereOf(facts: {
  /** That the call names; anything else than a text counts as none. */
  readonly named: unknown;
  /** Of the tenant's documents that name none. */
  readonly ofTenant: string | undefined;
  readonly own: string;
  readonly routing: RegionRouting | undefined;
  /** Base URLs of the gateways of other regions. */
  readonly regions: ReadonlyMap<string, string>;
  readonly hops: string | undefined;
}): Elsewhere | undefined {
  const { named, ofTenant, own, routing = 'refuse', regions, hops } = facts;
  const region = typeof named === 'string' && named !== '' ? named : (ofTenant ?? own);
  if (region === own) return undefined;
  const baseUrl = regions.get(region);
  if (routing === 'refuse' || baseUrl === undefined || hops !== undefined)
    throw new FailureError('REGION_MISMATCH');
  return { how: routing, baseUrl };
}

/** `<region>=<base URL>`, separated by commas; undefined for anything else. */
export function parseRegions(text: string): ReadonlyMap<string, string> | undefined {
  const regions = new Map<string, string>();
  for (const each of text.split(',').map((part) => part.trim())) {
    const [, region, url] = /^([a-z0-9-]{1,64})=(https?:\/\/\S+)$/.exec(each) ?? [];
    const parsed = url === undefined ? null : URL.parse(url);
    if (region === undefined || parsed === null || regions.has(region) || parsed.search !== '')
      return undefined;
    regions.set(region, parsed.href.replace(/\/+$/, ''));
  }
  return regions;
}
