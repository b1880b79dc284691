import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { FailureError, parseObjectUri } from '@docfleet/domain';
import type { ObjectStoreOptions } from './s3-store.ts';

/** The store as callers reach it, and the keys that URLs are signed with. */
export type UrlSignerOptions = Pick<
  ObjectStoreOptions,
  'endpoint' | 'region' | 'accessKeyId' | 'secretAccessKey' | 'forcePathStyle'
>;

/** What a URL gives, for how long, and the headers that the store answers with. */
export interface SignedDownload {
  readonly uri: string;
  readonly expiresInSeconds: number;
  readonly contentType: string;
  readonly contentDisposition: string;
}

/** Signs URLs by which others read an object without a key of theirs. It opens no connection. */
export interface UrlSigner {
  /** @throws FailureError `SOURCE_NOT_FOUND` when the uri is not valid */
  urlOf(download: SignedDownload): Promise<string>;
  close(): void;
}

/** Signs for the address at which callers reach the store, which is part of what is signed. */
export function openUrlSigner(options: UrlSignerOptions): UrlSigner {
  const client = new S3Client({
    endpoint: options.endpoint,
    region: options.region,
    credentials: { accessKeyId: options.accessKeyId, secretAccessKey: options.secretAccessKey },
    forcePathStyle: options.forcePathStyle ?? true,
  });
  return {
    urlOf: async ({ uri, expiresInSeconds, contentType, contentDisposition }) => {
      const address = parseObjectUri(uri);
      if (address === undefined) throw new FailureError('SOURCE_NOT_FOUND');
      const command = new GetObjectCommand({
        Bucket: address.bucket,
        Key: address.key,
        ResponseContentType: contentType,
        ResponseContentDisposition: contentDisposition,
      });
      return getSignedUrl(client, command, { expiresIn: expiresInSeconds });
    },
    close: () => {
      client.destroy();
    },
  };
}
