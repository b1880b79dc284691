import { avroTypeOf, type RecordCodec, type TopicName, type TopicValues } from '@docfleet/contracts';
import { FailureError } from '@docfleet/domain';
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import type { Resolver } from 'avsc';
import { kept } from './kept.ts';
import { recordNameOf, schemaTextOf, subjectOf } from './subjects.ts';

export interface RegistryOptions {
  /** Base of the Confluent-compatible API, such as `http://registry:8080/apis/ccompat/v7`. */
  readonly url: string;
  readonly log?: (level: 'info' | 'warn', message: string, facts?: Readonly<Record<string, unknown>>) => void;
}

/** Longest wait for one answer of the registry. */
const timeoutMs = 10_000;
/** How long an id that the registry does not know is not asked for again: else bad records would flood it. */
const forgetUnknownMs = 30_000;

/** How a writer's values become this build's: null when both have the same schema. */
type Reading = Resolver | null;

/**
 * The codec of services: schemas come from the registry and stay in memory for ever, for an id never changes its
 * schema. It registers nothing: the deploy step does.
 */
export function openRegistryCodec(options: RegistryOptions): RecordCodec {
  const registry = new SchemaRegistry({ host: options.url });
  const log = options.log ?? (() => undefined);

  /** One id for every topic with the same record: a registry gives the same schema the same id in all subjects. */
  const idOf = kept(async (topic: TopicName): Promise<number> => {
    const name = recordNameOf(topic);
    const lookup = registry.getRegistryIdBySchema(subjectOf(topic), {
      type: SchemaType.AVRO,
      schema: schemaTextOf(name),
    });
    const id = await within(lookup).catch((cause: unknown) => {
      log('warn', 'the registry does not give the id of a schema', { topic, error: String(cause) });
      throw new FailureError('REGISTRY_UNAVAILABLE', {}, { cause });
    });
    log('info', 'found the id of a schema', { record: name, id });
    return id;
  }, recordNameOf);

  const readingOf = kept(
    async ({ topic, id }: { topic: TopicName; id: number }): Promise<Reading> => {
      const writer = await within(registry.getSchema(id)).catch((cause: unknown) => {
        throw new FailureError(
          isAnswer(cause) ? 'RECORD_UNDECODABLE' : 'REGISTRY_UNAVAILABLE',
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
    { keepFailureMs: (error) => (isUndecodable(error) ? forgetUnknownMs : 0) },
  );

  return {
    encode: async (topic, value) => {
      const body = avroTypeOf(topic).toBuffer(value);
      const head = Buffer.alloc(5);
      head.writeUInt32BE(await idOf(topic), 1);
      return Buffer.concat([head, body]);
    },
    decode: async <T extends TopicName>(topic: T, bytes: Buffer) => {
      if (bytes.length < 5 || bytes[0] !== 0) throw new FailureError('RECORD_UNDECODABLE');
      const reading = await readingOf({ topic, id: bytes.readUInt32BE(1) });
      try {
        const body = bytes.subarray(5);
        const type = avroTypeOf(topic);
        return (reading === null ? type.fromBuffer(body) : type.fromBuffer(body, reading)) as TopicValues[T];
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
 * Whether the registry itself has said that there is no such schema (404), or gave one that is not Avro (no status at
 * all). The library reports a connection that failed with status 400.
 */
function isAnswer(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || error instanceof Late) return false;
  return !('status' in error) || error.status === 404;
}

class Late extends Error {}

async function within<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Late(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
