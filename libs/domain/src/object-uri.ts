/** The address of an object, as in `s3://bucket/key`. */
export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
}

/** Bucket names as S3 allows them: 3 to 63 of lower-case letters, digits, hyphens and single points. */
const bucketName = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Bytes S3 allows in a key. */
const maxKeyBytes = 1024;

/**
 * The address in `s3://bucket/key`; undefined when it is not valid: another form, or a key that `isPlainKey` refuses. The
 * key is not decoded.
 */
export function parseObjectUri(uri: string): ObjectAddress | undefined {
  if (!uri.startsWith('s3://')) return undefined;
  const slash = uri.indexOf('/', 's3://'.length);
  if (slash === -1) return undefined;
  const bucket = uri.slice('s3://'.length, slash);
  const key = uri.slice(slash + 1);
  if (!isBucketName(bucket) || !isPlainKey(key)) return undefined;
  return { bucket, key };
}

export function formatObjectUri(address: ObjectAddress): string {
  return `s3://${address.bucket}/${address.key}`;
}

export function isBucketName(text: string): boolean {
  return bucketName.test(text);
}

/**
 * Whether every store takes the key as it is written. Some resolve `.` and `..`, join slashes, or decode a key once more,
 * and then it names another object than the rules about keys have seen; others answer with an error. Refused are keys of
 * more than 1,024 bytes, empty and dot segments, backslashes, control characters and lone surrogates, also when they are
 * percent-encoded, however often.
 */
export function isPlainKey(key: string): boolean {
  // The limit comes first: it bounds the number of decodings.
  if (Buffer.byteLength(key) > maxKeyBytes) return false;
  let decoded: string | undefined = key;
  for (let before: string | undefined; decoded !== before;) {
    if (decoded === undefined || !hasPlainSegments(decoded)) return false;
    before = decoded;
    decoded = percentDecoded(decoded);
  }
  return true;
}

const unsafeCharacter = /[\p{Cc}\p{Cs}\\]/u;

function hasPlainSegments(key: string): boolean {
  if (unsafeCharacter.test(key)) return false;
  return key.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text with each `%xx` as the byte it stands for; undefined when the bytes are not UTF-8. */
function percentDecoded(text: string): string | undefined {
  if (!/%[0-9a-f]{2}/i.test(text)) return text;
  const parts = text
    .split(/(%[0-9a-f]{2})/i)
    .map((part, index) => (index % 2 === 1 ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part)));
  try {
    return strictUtf8.decode(Buffer.concat(parts));
  } catch {
    return undefined;
  }
}
