import pLimit from 'p-limit';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { Endpoints } from '@docfleet/stack';
import type { Bundle, RecordPosition } from './facts.ts';

export interface StoreFacts {
  readonly claims: ReadonlyMap<string, RecordPosition>;
  readonly bundles: readonly Bundle[];
}

/** Concurrent reads of the store. */
const maxConcurrentReads = 20;

/** `runs/<day>/<runId>/r<revision>/results/<outcomeId>/result.json`; of a run that was sent back `r<revision>.<round>` */
const bundleKey = /^runs\/[^/]+\/([^/]+)\/r(\d+)(?:\.\d+)?\/results\/([^/]+)\/result\.json$/;

/** Claims and bundles, read directly from the store. */
export async function readStore(s3: Endpoints['s3']): Promise<StoreFacts> {
  const { endpoint, region, accessKeyId, secretAccessKey, bucket } = s3;
  const credentials = { accessKeyId, secretAccessKey };
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 10 });
  const keysBelow = async (prefix: string): Promise<string[]> => {
    const keys: string[] = [];
    for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key);
    }
    return keys;
  };
  const claimOf = async (key: string): Promise<readonly [string, RecordPosition]> => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const { source } = JSON.parse((await Body?.transformToString()) ?? '{}') as {
      readonly source: { readonly topic: string; readonly partition: number; readonly offset: string };
    };
    return [key.slice('claims/'.length), `${source.topic}/${source.partition}/${source.offset}`];
  };
  try {
    const claimKeys = await keysBelow('claims/');
    const claims = new Map(await pLimit(maxConcurrentReads).map(claimKeys, claimOf));
    const bundles = (await keysBelow('runs/')).flatMap((key): Bundle[] => {
      const [, runId, revision, outcomeId] = bundleKey.exec(key) ?? [];
      if (runId === undefined || outcomeId === undefined) return [];
      return [{ runId, revision: Number(revision), outcomeId, uri: `s3://${bucket}/${key}` }];
    });
    return { claims, bundles };
  } finally {
    client.destroy();
  }
}
