import fc from 'fast-check';
import type { FuzzPlace } from './fuzz-place.ts';
import { hostileText } from './hostile-text.ts';

/** Addresses of objects: the tenant's own files, those of others, and what may resolve to either. */
export function objectAddress(place: FuzzPlace): fc.Arbitrary<string> {
  const { bucket, tenantId, ownKeys, foreignKeys } = place;
  const inBucket = (key: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    key.map((text) => `s3://${bucket}/${text}`);
  const folder = `uploads/${tenantId}/`;
  const own = inBucket(fc.constantFrom(...ownKeys));
  const foreign = fc.constantFrom(...foreignKeys);
  const detours = foreign.chain((key) =>
    fc.constantFrom(
      `${folder}../../${key}`,
      `${folder}..%2f..%2f${key}`,
      `${folder}..\\..\\${key}`,
      `/${key}`,
      `//${key}`,
      `./${key}`,
      `${folder}/../../${key}`,
      key.replaceAll('/', '//'),
      key.replaceAll('/', '%2f'),
      key.replaceAll('/', '\uff0f'),
      `${key}?`,
      `${key}#${folder}`,
    ),
  );
  return fc.oneof(
    { weight: 10, arbitrary: own },
    { weight: 2, arbitrary: inBucket(foreign) },
    { weight: 3, arbitrary: inBucket(detours) },
    { weight: 3, arbitrary: inBucket(hostileText.map((text) => `${folder}${text}`)) },
    { weight: 2, arbitrary: inBucket(hostileText) },
    { weight: 1, arbitrary: hostileText.map((text) => `s3://${text}`) },
    { weight: 1, arbitrary: hostileText },
    {
      weight: 1,
      arbitrary: foreign.chain((key) =>
        fc.constantFrom(
          `s3://${bucket}.example/${key}`,
          `s3://${bucket}%2f/${key}`,
          `S3://${bucket}/${key}`,
          `https://127.0.0.1/${key}`,
          `file:///etc/passwd`,
        ),
      ),
    },
  );
}
