import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { Endpoints } from '@docfleet/stack';
import type { Bundle, RecordPosition } from './facts.ts';

export interface StoreFacts {
  readonly claims: ReadonlyMap<string, RecordPosition>;
  readonly bundles: readonly Bundle[];
}

/** `runs/<day>/<runId>/r<revision>/results/<outcomeId>/result.json` */
const bundleKey = /^runs\/[^/]+\/([^/]+)\/r(\d+)\/results\/([^/]+)\/result\.json$/;

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
    const claims = new Map<string, RecordPosition>();
    for (let at = 0; at < claimKeys.length; at += 20) {
      for (const [runId, position] of await Promise.all(claimKeys.slice(at, at + 20).map(claimOf))) {
        claims.set(runId, position);
      }
    }
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
