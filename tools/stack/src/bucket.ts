import {
  CreateBucketCommand,
  DeleteObjectCommand,
  HeadBucketCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Endpoints } from './endpoints.ts';

/** Object that is written and removed to see that the store takes objects. */
const probeKey = 'docfleet-start/probe';

/**
 * Makes the bucket when it is not there. Resolves when an object was written to it: a store whose front answers may still
 * be without a volume to write to, and refuses the first objects with an internal error.
 */
export async function ensureBucket(s3: Endpoints['s3']): Promise<void> {
  const client = new S3Client({
    endpoint: s3.endpoint,
    region: s3.region,
    credentials: { accessKeyId: s3.accessKeyId, secretAccessKey: s3.secretAccessKey },
    forcePathStyle: true,
    // A store that has just started may answer its first requests with 500 or 503. Pauses double up to 20 s.
    maxAttempts: 10,
  });
  try {
    await createUnlessThere(client, s3.bucket);
    const probe = { Bucket: s3.bucket, Key: probeKey };
    await client.send(new PutObjectCommand({ ...probe, Body: 'x' }));
    await client.send(new DeleteObjectCommand(probe));
  } finally {
    client.destroy();
  }
}

async function createUnlessThere(client: S3Client, bucket: string): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'NotFound') throw error;
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  }
}
