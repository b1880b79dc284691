import { uploadFolder } from './object-names.ts';
import { isBucketName, isPlainKey, parseObjectUri } from './object-uri.ts';

/** A bucket, or a folder of one, that a tenant's documents may be read from. */
export interface SourceGrant {
  /** `*` for every tenant. */
  readonly tenant: string;
  readonly bucket: string;
  /** Folder, with the slash at its end; empty: the whole bucket. */
  readonly folder: string;
}

/**
 * Whether a tenant may have the object at `uri` read for it. Services read with their own credentials, so this rule is
 * what separates tenants.
 *
 * In the fleet's own bucket a tenant may read its own uploads (`uploads/<tenant>/`) and nothing else, whatever the grants
 * say: results (`runs/`), claims (`claims/`), uploads of other tenants and any other key are refused. In other buckets it
 * may read what `grants` name for it. Names are compared byte by byte, without Unicode normalisation. What is no valid
 * `s3://` address is refused.
 */
export function mayReadObject(options: {
  readonly uri: string;
  readonly tenantId: string;
  /** Address of the fleet's bucket, with the slash at its end: `s3://<bucket>/`. */
  readonly fleetBucketUri: string;
  readonly grants: readonly SourceGrant[];
}): boolean {
  const { uri, tenantId, fleetBucketUri, grants } = options;
  const address = parseObjectUri(uri);
  if (address === undefined) return false;
  if (uri.startsWith(fleetBucketUri)) return address.key.startsWith(uploadFolder(tenantId));
  return grants.some(
    ({ tenant, bucket, folder }) =>
      (tenant === '*' || tenant === tenantId) && bucket === address.bucket && address.key.startsWith(folder),
  );
}

/**
 * Reads grants from a setting: `tenant=bucket` or `tenant=bucket/folder`, separated by commas; the tenant `*` is every
 * tenant. Undefined when one is not valid.
 */
export function parseSourceGrants(text: string): readonly SourceGrant[] | undefined {
  const grants = text.split(',').map((grant) => parseGrant(grant.trim()));
  return grants.every((grant) => grant !== undefined) ? grants : undefined;
}

function parseGrant(text: string): SourceGrant | undefined {
  const [, tenant = '', bucket = '', path = ''] = /^([^=]+)=([^/]+)(?:\/(.*))?$/.exec(text) ?? [];
  // A folder is compared as a whole: `in/` does not cover `inbox/`.
  const folder = path === '' || path.endsWith('/') ? path : `${path}/`;
  if (!isBucketName(bucket) || (folder !== '' && !isPlainKey(folder.slice(0, -1)))) return undefined;
  return { tenant, bucket, folder };
}

/**
 * What a tenant's documents may be read from: its own list where there is one (`bucket` or `bucket/folder` each), else
 * the fleet's. An entry that is not valid grants nothing.
 */
export function grantsFor(
  tenantId: string,
  own: readonly string[] | null | undefined,
  fleet: readonly SourceGrant[],
): readonly SourceGrant[] {
  if (own === undefined || own === null) return fleet;
  return own.flatMap((entry) => parseGrant(`${tenantId}=${entry}`) ?? []);
}
