import { uploadFolder } from './object-names.ts';
import { parseObjectUri } from './object-uri.ts';

/** Some stores resolve these path segments, so a key that has one may name another object than it seems to. */
const dotSegment = /(?:^|\/)\.{1,2}(?:\/|$)/;

/**
 * Whether a tenant may have the object at `uri` read for it. Services read with their own credentials, so this rule is
 * what separates tenants.
 *
 * In the fleet's own bucket a tenant may read its own uploads (`uploads/<tenant>/`) and nothing else: results (`runs/`),
 * claims (`claims/`), uploads of other tenants and any other key are refused. In other buckets it may read everything,
 * or, where `sourceBuckets` is set, only what these hold. What is no `s3://` address is refused.
 */
export function mayReadObject(options: {
  readonly uri: string;
  readonly tenantId: string;
  /** Address of the fleet's bucket, with the slash at its end: `s3://<bucket>/`. */
  readonly fleetBucketUri: string;
  /** Names of the other buckets that may be read; undefined: any. */
  readonly sourceBuckets?: readonly string[] | undefined;
}): boolean {
  const { uri, tenantId, fleetBucketUri, sourceBuckets } = options;
  const address = parseObjectUri(uri);
  if (address === undefined) return false;
  if (uri.startsWith(fleetBucketUri)) {
    return address.key.startsWith(uploadFolder(tenantId)) && !dotSegment.test(address.key);
  }
  return sourceBuckets === undefined || sourceBuckets.includes(address.bucket);
}
