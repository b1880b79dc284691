import { ListObjectsV2Command, type S3Client, type _Object } from '@aws-sdk/client-s3';
import { formatObjectUri } from '@docfleet/domain';
import type { DroppedObject, ListedObject } from './object-store.ts';
import { toStoreError, type StoreAction } from './store-failure.ts';

interface Listing {
  readonly bucket: string;
  readonly prefix: string;
  /** Keys up to this one are left out. */
  readonly after: string | undefined;
  /** A folder of others may not exist; the store's own bucket must. */
  readonly action: StoreAction;
}

/** Objects of the store's own bucket, in the order of their keys. */
export async function* listOwn(
  client: S3Client,
  { bucket, prefix, after }: Omit<Listing, 'action'>,
  signal: AbortSignal,
): AsyncGenerator<ListedObject> {
  for await (const object of listObjects(client, { bucket, prefix, after, action: 'write' }, signal))
    yield listedOf(bucket, object);
}

/** Objects of a folder in any bucket, with what tells their versions apart. */
export async function* listDropped(
  client: S3Client,
  { bucket, folder }: { readonly bucket: string; readonly folder: string },
  signal: AbortSignal,
): AsyncGenerator<DroppedObject> {
  const from: Listing = { bucket, prefix: folder, after: undefined, action: 'read' };
  for await (const object of listObjects(client, from, signal))
    yield { ...listedOf(bucket, object), etag: object.ETag ?? null };
}

type NamedObject = _Object & { readonly Key: string };

function listedOf(
  bucket: string,
  { Key: key, Size: sizeBytes, LastModified: modified }: NamedObject,
): ListedObject {
  return {
    uri: formatObjectUri({ bucket, key }),
    key,
    sizeBytes: sizeBytes ?? 0,
    modifiedAt: modified?.getTime() ?? 0,
  };
}

async function* listObjects(
  client: S3Client,
  { bucket, prefix, after, action }: Listing,
  signal: AbortSignal,
): AsyncGenerator<NamedObject> {
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({
      Bucket: bucket,
      Prefix: prefix,
      ContinuationToken: token,
      StartAfter: token === undefined ? after : undefined,
    });
    const page = await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      throw toStoreError(error, action, signal);
    });
    for (const object of page.Contents ?? []) if (isNamed(object)) yield object;
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}

function isNamed(object: _Object): object is NamedObject {
  return object.Key !== undefined;
}
