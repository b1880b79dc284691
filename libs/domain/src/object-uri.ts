/** The address of an object, as in `s3://bucket/key`. */
export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
}

/** Bucket names as S3 allows them: 3 to 63 of lower-case letters, digits, points and hyphens. */
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Bytes S3 allows in a key. */
const maxKeyBytes = 1024;

/** The address in `s3://bucket/key`; undefined when it is not valid. The key is not decoded. */
export function parseObjectUri(uri: string): ObjectAddress | undefined {
  if (!uri.startsWith('s3://')) return undefined;
  const slash = uri.indexOf('/', 's3://'.length);
  if (slash === -1) return undefined;
  const bucket = uri.slice('s3://'.length, slash);
  const key = uri.slice(slash + 1);
  if (!bucketName.test(bucket) || key === '' || Buffer.byteLength(key) > maxKeyBytes) return undefined;
  return { bucket, key };
}

export function formatObjectUri(address: ObjectAddress): string {
  return `s3://${address.bucket}/${address.key}`;
}
