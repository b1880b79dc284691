import { pipeline, type Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { FailureError, formatObjectUri, type ObjectAddress, type ObjectRef } from '@docfleet/domain';
import { openMeter } from './bounded.ts';
import { toStoreError } from './store-failure.ts';

/** Bytes of a part: the minimum of S3. An upload buffers two parts at most. */
const partBytes = 5 * 1024 * 1024;

/** Uploads a stream in parts and computes its digest; a failed upload leaves nothing in the store. */
export async function uploadStream(
  client: S3Client,
  address: ObjectAddress,
  source: Readable,
  options: { mediaType: string; maxBytes: number; signal: AbortSignal },
): Promise<ObjectRef> {
  const { mediaType, maxBytes, signal } = options;
  const meter = openMeter(maxBytes);
  let sourceError: Error | undefined;
  // The meter fails with the error that ends the source early, so a truncated document is never uploaded as complete.
  pipeline(source, meter.stream, (error) => {
    sourceError = error ?? undefined;
  });
  const upload = new Upload({
    client,
    params: { Bucket: address.bucket, Key: address.key, Body: meter.stream, ContentType: mediaType },
    partSize: partBytes,
    queueSize: 1,
  });
  const onAbort = (): void => {
    void upload.abort();
    meter.stream.destroy();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    await upload.done();
    return { uri: formatObjectUri(address), mediaType, ...meter.finish() };
  } catch (error) {
    source.destroy();
    if (sourceError instanceof FailureError || signal.aborted)
      throw toStoreError(sourceError, 'write', signal);
    throw sourceError === error ? error : toStoreError(error, 'write', signal);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
