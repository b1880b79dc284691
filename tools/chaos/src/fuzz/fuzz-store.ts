import { paginateListObjectsV2, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Endpoints } from '@docfleet/stack';

/** Stores files below a folder; returns their keys, in the same order. */
export async function storeFiles(
  s3: Endpoints['s3'],
  folder: string,
  files: readonly Buffer[],
): Promise<readonly string[]> {
  const client = clientOf(s3);
  try {
    return await Promise.all(
      files.map(async (bytes, index) => {
        const key = `${folder}file-${index}.pdf`;
        await client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: key, Body: bytes }));
        return key;
      }),
    );
  } finally {
    client.destroy();
  }
}

/** Keys that hold one of the words: the tenant's id in those of its uploads, a run's id in those of its results. */
export async function keysWith(s3: Endpoints['s3'], words: readonly string[]): Promise<readonly string[]> {
  const client = clientOf(s3);
  const keys: string[] = [];
  try {
    for await (const { Contents } of paginateListObjectsV2({ client }, { Bucket: s3.bucket })) {
      for (const { Key } of Contents ?? []) if (Key !== undefined) keys.push(Key);
    }
    return keys.filter((key) => words.some((word) => key.includes(word))).sort();
  } finally {
    client.destroy();
  }
}

function clientOf({ endpoint, region, accessKeyId, secretAccessKey }: Endpoints['s3']): S3Client {
  return new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
  });
}
