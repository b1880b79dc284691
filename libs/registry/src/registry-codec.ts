import { Agent } from 'node:https';
import type { Connection } from '@docfleet/connections';
import {
  avroTypeOf,
  decodeAvro,
  encodeAvro,
  type RecordCodec,
  type TopicName,
  type TopicValues,
} from '@docfleet/contracts';
import { FailureError, withTimeout } from '@docfleet/domain';
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import type { Resolver, Type } from 'avsc';
import { memoizeAsync } from './memoize-async.ts';
import { openRegistryApi } from './registry-api.ts';
import { keepUndecodable, openSchemaLookups, type RegistryLog } from './schema-lookups.ts';
import { recordNameOf } from './subjects.ts';

/** Address of the registry, TLS, and where failures are reported. */
export interface RegistryOptions extends Connection {
  /** Base of the Confluent-compatible API, such as `http://registry:8080/apis/ccompat/v7`. */
  readonly url: string;
  /** Time limit after which a request is aborted, in milliseconds; default 10,000. */
  readonly timeoutMs?: number;
  readonly log?: RegistryLog;
}

/** Default time limit of a request to the registry, in milliseconds. */
const defaultTimeoutMs = 10_000;

/** How values of a writer's schema become values of this build's schema. */
interface Decoding {
  readonly reader: Type;
  readonly writer: Type;
  /** Null when both are the same. */
  readonly resolver: Resolver | null;
}

/**
 * The codec of services: schemas come from the registry and stay in memory, since the schema of an id never
 * changes. It registers nothing: the deploy step does.
 */
export function openRegistryCodec(options: RegistryOptions): RecordCodec {
  const { url, tls, onFailure, timeoutMs = defaultTimeoutMs, log = () => undefined } = options;
  const agent = tls === undefined ? undefined : new Agent({ ...tls, keepAlive: true });
  const registry = new SchemaRegistry({ host: url, ...(agent !== undefined && { agent }) });
  const api = openRegistryApi(url, { ...options, timeoutMs });
  const lookups = openSchemaLookups(
    {
      idOf: (subject, schema) =>
        withTimeout(
          registry.getRegistryIdBySchema(subject, { type: SchemaType.AVRO, schema }),
          timeoutMs,
        ).catch((error: unknown) => {
          onFailure?.(error);
          throw error;
        }),
      // The library does not abort a request, and whoever writes records decides how many ids are looked up.
      schemaOf: (id) => api.schemaOf(id),
    },
    log,
  );

  const decodingOf = memoizeAsync(
    async ({ topic, id }: { topic: TopicName; id: number }): Promise<Decoding> => {
      const reader = avroTypeOf(topic);
      const own = await lookups.idOf(topic).catch(() => undefined);
      if (id === own) return { reader, writer: reader, resolver: null };
      const writer = await lookups.writerOf(id);
      try {
        return { reader, writer, resolver: reader.equals(writer) ? null : reader.createResolver(writer) };
      } catch (cause) {
        throw new FailureError('RECORD_UNDECODABLE', {}, { cause });
      }
    },
    ({ topic, id }) => `${recordNameOf(topic)}/${id}`,
    keepUndecodable,
  );

  return {
    encode: async (topic, value) => {
      const body = encodeAvro(topic, value);
      const header = Buffer.alloc(5);
      header.writeUInt32BE(await lookups.idOf(topic), 1);
      return Buffer.concat([header, body]);
    },
    decode: async <T extends TopicName>(topic: T, bytes: Buffer) => {
      if (bytes.length < 5 || bytes[0] !== 0) throw new FailureError('RECORD_UNDECODABLE');
      const decoding = await decodingOf({ topic, id: bytes.readUInt32BE(1) });
      return decodeAvro(decoding, bytes.subarray(5)) as TopicValues[T];
    },
  };
}
