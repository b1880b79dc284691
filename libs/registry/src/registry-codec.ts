import { avroTypeOf, type RecordCodec, type TopicName, type TopicValues } from '@docfleet/contracts';
import { FailureError, TimeLimitError, withTimeout } from '@docfleet/domain';
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import type { Resolver } from 'avsc';
import { memoizeAsync } from './memoize-async.ts';
import { recordNameOf, schemaTextOf, subjectOf } from './subjects.ts';

export interface RegistryOptions {
  /** Base of the Confluent-compatible API, such as `http://registry:8080/apis/ccompat/v7`. */
  readonly url: string;
  readonly log?: (level: 'info' | 'warn', message: string, facts?: Readonly<Record<string, unknown>>) => void;
}

/** Time limit of a request to the registry, in milliseconds. */
const timeoutMs = 10_000;
/** Time until an unknown id is looked up again, in milliseconds: invalid records must not cause a request each. */
const unknownIdTtlMs = 30_000;

/** Resolves values of a writer's schema to the schema of this build; null when both are the same. */
type SchemaResolver = Resolver | null;

/**
 * The codec of services: schemas come from the registry and stay in memory, since the schema of an id never
 * changes. It registers nothing: the deploy step does.
 */
export function openRegistryCodec(options: RegistryOptions): RecordCodec {
  const registry = new SchemaRegistry({ host: options.url });
  const log = options.log ?? (() => undefined);

  /** One id for every topic with the same record: a registry gives the same schema the same id in all subjects. */
  const idOf = memoizeAsync(async (topic: TopicName): Promise<number> => {
    const name = recordNameOf(topic);
    const lookup = registry.getRegistryIdBySchema(subjectOf(topic), {
      type: SchemaType.AVRO,
      schema: schemaTextOf(name),
    });
    const id = await withTimeout(lookup, timeoutMs).catch((cause: unknown) => {
      log('warn', 'Schema id could not be resolved', { topic, error: String(cause) });
      throw new FailureError('REGISTRY_UNAVAILABLE', {}, { cause });
    });
    log('info', 'Schema id resolved', { record: name, id });
    return id;
  }, recordNameOf);

  const resolverOf = memoizeAsync(
    async ({ topic, id }: { topic: TopicName; id: number }): Promise<SchemaResolver> => {
      const writer = await withTimeout(registry.getSchema(id), timeoutMs).catch((cause: unknown) => {
        throw new FailureError(
          isUnknownSchema(cause) ? 'RECORD_UNDECODABLE' : 'REGISTRY_UNAVAILABLE',
          {},
          { cause },
        );
      });
      const reader = avroTypeOf(topic);
      try {
        const written = writer as unknown as typeof reader;
        return reader.equals(written) ? null : reader.createResolver(written);
      } catch (cause) {
        throw new FailureError('RECORD_UNDECODABLE', {}, { cause });
      }
    },
    ({ topic, id }) => `${recordNameOf(topic)}/${id}`,
    { failureTtlMs: (error) => (isUndecodable(error) ? unknownIdTtlMs : 0) },
  );

  return {
    encode: async (topic, value) => {
      const body = avroTypeOf(topic).toBuffer(value);
      const header = Buffer.alloc(5);
      header.writeUInt32BE(await idOf(topic), 1);
      return Buffer.concat([header, body]);
    },
    decode: async <T extends TopicName>(topic: T, bytes: Buffer) => {
      if (bytes.length < 5 || bytes[0] !== 0) throw new FailureError('RECORD_UNDECODABLE');
      const resolver = await resolverOf({ topic, id: bytes.readUInt32BE(1) });
      try {
        const body = bytes.subarray(5);
        const type = avroTypeOf(topic);
        return (
          resolver === null ? type.fromBuffer(body) : type.fromBuffer(body, resolver)
        ) as TopicValues[T];
      } catch (cause) {
        throw new FailureError('RECORD_UNDECODABLE', {}, { cause });
      }
    },
  };
}

function isUndecodable(error: unknown): boolean {
  return error instanceof FailureError && error.code === 'RECORD_UNDECODABLE';
}

/**
 * Whether the registry answered that the schema does not exist (404), or returned one that is not Avro (no status). The
 * library reports a failed connection with status 400.
 */
function isUnknownSchema(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || error instanceof TimeLimitError) return false;
  return !('status' in error) || error.status === 404;
}
