import { createHash } from 'node:crypto';
import { policiesOf, type TenantSettings } from '@docfleet/contracts';
import {
  grantsFor,
  mayReadObject,
  parseObjectUri,
  parseSourceGrants,
  type FailureCode,
  type SourceGrant,
} from '@docfleet/domain';

/** A folder whose objects become runs of a tenant. */
export interface DropFolder {
  readonly tenantId: string;
  readonly bucket: string;
  /** With the slash at its end; empty: the whole bucket. */
  readonly folder: string;
}

/** An object of a drop folder, as the store lists it. */
export interface Dropped {
  readonly uri: string;
  readonly key: string;
  readonly sizeBytes: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
  readonly etag: string | null;
}

/**
 * The drop folder of a tenant; undefined where it has none, is suspended, or may not have its documents read from there:
 * the folder must be in its sources, and never in the fleet's own bucket.
 */
export function dropFolderOf(
  settings: TenantSettings,
  fleet: { readonly bucketUri: string; readonly grants: readonly SourceGrant[] },
): DropFolder | undefined {
  const { tenantId, state, sources } = settings;
  const { dropFolder } = policiesOf(settings);
  if (dropFolder === undefined || state === 'suspended') return undefined;
  const [named] = parseSourceGrants(`${tenantId}=${dropFolder}`) ?? [];
  if (named === undefined) return undefined;
  const { bucket, folder } = named;
  const uri = `s3://${bucket}/${folder}any`;
  const grants = grantsFor(tenantId, sources, fleet.grants);
  const isOwn = uri.startsWith(fleet.bucketUri);
  if (isOwn || !mayReadObject({ uri, tenantId, fleetBucketUri: fleet.bucketUri, grants })) return undefined;
  return { tenantId, bucket, folder };
}

/**
 * The requestId of a dropped object: the same bucket, key and content is the same run, however often it is listed and by
 * whichever gateway.
 */
export function requestIdOfDrop({
  uri,
  etag,
  modifiedAt,
}: Pick<Dropped, 'uri' | 'etag' | 'modifiedAt'>): string {
  const version = etag ?? String(modifiedAt);
  return `drop-${createHash('sha256').update(`${uri}\n${version}`).digest('hex')}`;
}

/** Whether an object stands for a document: stores show folders as empty objects whose key ends with a slash. */
export function isDocument({ key, sizeBytes }: Pick<Dropped, 'key' | 'sizeBytes'>): boolean {
  return !key.endsWith('/') && sizeBytes > 0;
}

/** Why an object can never become a run; undefined: it can. It stays where it is. */
export function faultOfDrop(
  { uri, sizeBytes }: Pick<Dropped, 'uri' | 'sizeBytes'>,
  maxBytes: number,
): FailureCode | undefined {
  if (parseObjectUri(uri) === undefined) return 'INVALID_SUBMISSION';
  return sizeBytes > maxBytes ? 'DOC_TOO_LARGE' : undefined;
}
