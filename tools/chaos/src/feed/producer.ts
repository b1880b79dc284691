import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { DocumentSubmitted } from '@docfleet/contracts';
import { runIdOf, TimeLimitError, uploadFolder, withTimeout, type Lane } from '@docfleet/domain';
import { openRegistryCodec } from '@docfleet/registry';
import type { Endpoints } from '@docfleet/stack';
import { proofHeader, signRecord, type SigningKey } from '@docfleet/tenant-proof';
import kafkajs from 'kafkajs';
import type { Document } from '../plan/documents.ts';
import type { BadRecord, Submission } from '../plan/submissions.ts';
import { retryUntilDone } from './retry-until-done.ts';

const { Kafka, KafkaJSProtocolError, logLevel } = kafkajs;

/** The producer of a tenant: writes files to the store and records to the lanes, with a plain kafkajs producer. */
export interface TenantProducer {
  submit(submission: Submission, document: Document): Promise<void>;
  /** Resolves with the id that its run would have. */
  submitBad(record: BadRecord): Promise<string>;
  close(): Promise<void>;
}

export async function openTenantProducer(
  endpoints: Endpoints,
  signingKey: SigningKey,
  signal: AbortSignal,
): Promise<TenantProducer> {
  const kafka = new Kafka({
    clientId: 'chaos-tenant',
    brokers: endpoints.broker.split(','),
    logLevel: logLevel.NOTHING,
    requestTimeout: 10_000,
    retry: { retries: 3, maxRetryTime: 1_000 },
  });
  const connect = async (): Promise<kafkajs.Producer> => {
    const next = kafka.producer({ allowAutoTopicCreation: false });
    await limited(next.connect());
    return next;
  };
  const codec = openRegistryCodec({ url: endpoints.registry });
  const { endpoint, region, accessKeyId, secretAccessKey, bucket } = endpoints.s3;
  const store = new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
  });
  let producer = await retryUntilDone(signal, connect);
  /** A send of this client can stay without an answer for ever when its connection ends at the wrong moment: another client then. */
  const sendOnce = async (record: kafkajs.ProducerRecord): Promise<void> => {
    try {
      await limited(producer.send(record));
    } catch (error) {
      if (error instanceof TimeLimitError) {
        void producer.disconnect().catch(() => undefined);
        producer = await connect();
      }
      throw error;
    }
  };
  // One at a time: concurrent sends of this client lose records when a broker dies.
  let last: Promise<unknown> = Promise.resolve();
  /** Signed for each try, because the time of signing is part of it; without a tenant it is not signed. */
  const send = (record: {
    readonly lane: Lane;
    readonly key: string;
    readonly value: Buffer;
    readonly tenantId: string | null;
    /** Besides the proof. */
    readonly headers?: Readonly<Record<string, string>>;
  }): Promise<unknown> => {
    const { lane, key, value, tenantId } = record;
    const topic = `documents.${lane}`;
    const headersOf = (tenant: string) => ({
      [proofHeader]: signRecord(
        { topic, tenantId: tenant, key: Buffer.from(key), value },
        signingKey,
        Date.now(),
      ),
    });
    last = last.then(() =>
      retryUntilDone(
        signal,
        () => {
          const headers = { ...record.headers, ...(tenantId === null ? {} : headersOf(tenantId)) };
          return sendOnce({ topic, messages: [{ key, value, headers }] });
        },
        isTooLarge,
      ),
    );
    return last;
  };
  const put = async (key: string, document: Document): Promise<string> => {
    const { bytes, mediaType } = document;
    await retryUntilDone(signal, () =>
      store.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentType: mediaType }), {
        abortSignal: AbortSignal.timeout(answerMs),
      }),
    );
    return `s3://${bucket}/${key}`;
  };
  const encode = (value: DocumentSubmitted): Promise<Buffer> =>
    retryUntilDone(signal, () => limited(codec.encode('documents.normal', value)));
  return {
    async submit({ tenant, lane, requestId }, document) {
      const uri = await put(`${uploadFolder(tenant)}inbox/${document.fileName}`, document);
      const facts = { tenantId: tenant, requestId, fileName: document.fileName };
      const value = await encode(recordOf({ ...facts, uri, sha256: document.sha256 }));
      await send({ lane, key: requestId, value, tenantId: tenant });
    },
    async submitBad({ index, lane, how }) {
      const requestId = `bad-${index}`;
      const headers = how === 'huge-header' ? { long: 'h'.repeat(hugeBytes.header) } : {};
      const value = await bytesOf({ index, how }, { encode, bucket });
      const tenantId = how === 'unproven-tenant' ? null : badTenant;
      await send({ lane, key: requestId, value, tenantId, headers });
      return runIdOf(badTenant, requestId);
    },
    async close() {
      await last.catch(() => undefined);
      await producer.disconnect().catch(() => undefined);
      store.destroy();
    },
  };
}

/** Longest wait for the answer of a server, in milliseconds. */
const answerMs = 30_000;

function limited<T>(answer: Promise<T>): Promise<T> {
  return withTimeout(answer, answerMs);
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
    documentClass: null,
    checks: true,
    review: 'never',
  };
}

const badTenant = 'development';

/**
 * Of a batch of a broker with its default limit (1,048,588 bytes), 300 bytes are left for the batch, the key and the proof: a
 * dead letter has more headers.
 */
const hugeBytes = { header: 1_047_900, value: 1_048_288 } as const;

/** A broker that refuses a record for its size refuses it each time. */
function isTooLarge(error: unknown): boolean {
  return error instanceof KafkaJSProtocolError && error.type === 'MESSAGE_TOO_LARGE';
}

/** Ends of keys that stores refuse, or resolve to other keys. */
const badKeys = ['/a', '../a', './a', '\\a', '%2e%2e/a', 'a//b'] as const;

function badKeyOf(index: BadRecord['index']): string {
  const number = Number(/\d+$/.exec(String(index))?.[0] ?? 0);
  return badKeys[number % badKeys.length] ?? badKeys[0];
}

async function bytesOf(
  { index, how }: Pick<BadRecord, 'index' | 'how'>,
  to: { readonly encode: (value: DocumentSubmitted) => Promise<Buffer>; readonly bucket: string },
): Promise<Buffer> {
  const { encode, bucket } = to;
  const folder = `s3://${bucket}/${uploadFolder(badTenant)}`;
  const requestId = `bad-${index}`;
  const record = recordOf({
    tenantId: badTenant,
    requestId,
    fileName: 'bad.pdf',
    uri: `${folder}none.pdf`,
    sha256: null,
  });
  switch (how) {
    case 'control-character':
      return encode({ ...record, requestId: `${requestId}\u0000` });
    case 'lone-surrogate': {
      const bytes = await encode({ ...record, requestId: `${requestId}-xxx` });
      // ED A0 80 is U+D800, as an encoder writes it that does not check.
      Buffer.from('eda080', 'hex').copy(bytes, bytes.indexOf('-xxx') + 1);
      return bytes;
    }
    case 'cut':
      return (await encode(record)).subarray(0, -20);
    case 'wrong-schema': {
      const bytes = await encode(record);
      bytes.writeUInt32BE(2 ** 31 - 1, 1);
      return bytes;
    }
    case 'huge-header':
      return encode({ ...record, route: 'by-road' });
    case 'huge-value':
      return Buffer.alloc(hugeBytes.value, 7);
    case 'bad-key':
      return encode({ ...record, source: { uri: `${folder}${badKeyOf(index)}`, sha256: null } });
    case 'undecodable':
      return Buffer.from(`not a record ${index}`);
    case 'unproven-tenant':
      return encode(record);
    case 'malformed':
      return encode({ ...record, route: 'by-road' });
    case 'other-region':
      return encode({ ...record, region: 'elsewhere' });
  }
}
