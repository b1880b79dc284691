import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { DocumentSubmitted } from '@docfleet/contracts';
import { uploadFolder, type Lane } from '@docfleet/domain';
import { openRegistryCodec } from '@docfleet/registry';
import type { Endpoints } from '@docfleet/stack';
import kafkajs from 'kafkajs';
import type { Document } from '../plan/documents.ts';
import type { BadRecord, Submission } from '../plan/submissions.ts';
import { retryUntilDone } from './retry-until-done.ts';

const { Kafka, logLevel } = kafkajs;

/** The producer of a tenant: writes files to the store and records to the lanes, with a plain kafkajs producer. */
export interface TenantProducer {
  submit(submission: Submission, document: Document): Promise<void>;
  submitBad(record: BadRecord): Promise<void>;
  close(): Promise<void>;
}

export async function openTenantProducer(endpoints: Endpoints, signal: AbortSignal): Promise<TenantProducer> {
  const kafka = new Kafka({
    clientId: 'chaos-tenant',
    brokers: endpoints.broker.split(','),
    logLevel: logLevel.NOTHING,
    requestTimeout: 10_000,
    retry: { retries: 3, maxRetryTime: 1_000 },
  });
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  const codec = openRegistryCodec({ url: endpoints.registry });
  const { endpoint, region, accessKeyId, secretAccessKey, bucket } = endpoints.s3;
  const store = new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
  });
  await retryUntilDone(signal, () => producer.connect());
  // One at a time: concurrent sends of this client lose records when a broker dies.
  let last: Promise<unknown> = Promise.resolve();
  const send = (lane: Lane, key: string, value: Buffer): Promise<unknown> => {
    const topic = `documents.${lane}`;
    last = last.then(() =>
      retryUntilDone(signal, () => producer.send({ topic, messages: [{ key, value }] })),
    );
    return last;
  };
  const put = async (key: string, document: Document): Promise<string> => {
    const { bytes, mediaType } = document;
    await retryUntilDone(signal, () =>
      store.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentType: mediaType })),
    );
    return `s3://${bucket}/${key}`;
  };
  const encode = (value: DocumentSubmitted): Promise<Buffer> =>
    retryUntilDone(signal, () => codec.encode('documents.normal', value));
  return {
    async submit({ tenant, lane, requestId }, document) {
      const uri = await put(`${uploadFolder(tenant)}inbox/${document.fileName}`, document);
      const facts = { tenantId: tenant, requestId, fileName: document.fileName };
      const value = await encode(recordOf({ ...facts, uri, sha256: document.sha256 }));
      await send(lane, requestId, value);
    },
    async submitBad({ index, lane, how }) {
      await send(lane, `bad-${index}`, await bytesOf({ index, how }, encode));
    },
    async close() {
      await last.catch(() => undefined);
      await producer.disconnect().catch(() => undefined);
      store.destroy();
    },
  };
}

function recordOf(facts: {
  readonly tenantId: string;
  readonly requestId: string;
  readonly fileName: string;
  readonly uri: string;
  readonly sha256: string | null;
}): DocumentSubmitted {
  const { tenantId, requestId, fileName, uri, sha256 } = facts;
  return {
    tenantId,
    requestId,
    documentId: null,
    source: { uri, sha256 },
    fileName,
    region: null,
    callbackUrl: null,
    route: null,
    expectations: {},
    submittedAt: 0,
  };
}

function bytesOf(
  { index, how }: Pick<BadRecord, 'index' | 'how'>,
  encode: (value: DocumentSubmitted) => Promise<Buffer>,
): Promise<Buffer> {
  const requestId = `bad-${index}`;
  const record = recordOf({
    tenantId: 'development',
    requestId,
    fileName: 'bad.pdf',
    uri: 's3://docfleet/inbox/none.pdf',
    sha256: null,
  });
  switch (how) {
    case 'undecodable':
      return Promise.resolve(Buffer.from(`not a record ${index}`));
    case 'unproven-tenant':
      return encode({ ...record, tenantId: 'NOT A TENANT' });
    case 'malformed':
      return encode({ ...record, route: 'by-road' });
    case 'other-region':
      return encode({ ...record, region: 'elsewhere' });
  }
}
