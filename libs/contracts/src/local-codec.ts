import { FailureError } from '@docfleet/domain';
import avro, { type Resolver } from 'avsc';
import { checkAvroBounds } from './avro-bounds.ts';
import type { RecordCodec, TopicName } from './codec.ts';
import { avroSchemas } from './generated/schemas.ts';
import { topicTable, type TopicValues } from './generated/topics.ts';
import { topicWithoutPool } from './pools.ts';

type SchemaName = keyof typeof avroSchemas;

const schemaNames = Object.keys(avroSchemas).sort() as SchemaName[];
const types = new Map(
  schemaNames.map((name) => [name, avro.Type.forSchema(avroSchemas[name] as unknown as avro.Schema)]),
);
const schemaOfTopic = new Map<string, SchemaName>(topicTable.map((topic) => [topic.name, topic.value]));

function schemaNameOf(topic: TopicName): SchemaName | undefined {
  return schemaOfTopic.get(topicWithoutPool(topic));
}

/** The Avro type of a topic's value, as this build knows it. */
export function avroTypeOf(topic: TopicName): avro.Type {
  const name = schemaNameOf(topic);
  const type = name === undefined ? undefined : types.get(name);
  if (type === undefined) throw new Error(`no schema for topic ${topic}`);
  return type;
}

/**
 * Decodes what was written with `writer` into the type that this build knows.
 *
 * @param resolver - from `writer` to `reader`; null where both are the same
 * @throws FailureError `RECORD_UNDECODABLE`
 */
export function decodeAvro(
  {
    reader,
    writer,
    resolver,
  }: { readonly reader: avro.Type; readonly writer: avro.Type; readonly resolver: Resolver | null },
  bytes: Buffer,
): unknown {
  try {
    checkAvroBounds(writer, bytes);
    return resolver === null ? reader.fromBuffer(bytes) : reader.fromBuffer(bytes, resolver);
  } catch (cause) {
    throw new FailureError('RECORD_UNDECODABLE', {}, { cause });
  }
}

/** A codec without a registry: schema ids are positions in this build's table. For the log in memory. */
export function localCodec(): RecordCodec {
  return {
    encode: (topic, value) => {
      const header = Buffer.alloc(5);
      header.writeUInt32BE(schemaNames.indexOf(schemaNameOf(topic) ?? 'StageEvent'), 1);
      return new Promise((resolve) => {
        resolve(Buffer.concat([header, encodeAvro(topic, value)]));
      });
    },
    decode: <T extends TopicName>(topic: T, bytes: Buffer) => {
      const expected = schemaNames.indexOf(schemaNameOf(topic) ?? 'StageEvent');
      if (bytes.length < 5 || bytes[0] !== 0 || bytes.readUInt32BE(1) !== expected) {
        return Promise.reject(new FailureError('RECORD_UNDECODABLE'));
      }
      const type = avroTypeOf(topic);
      const decoding = { reader: type, writer: type, resolver: null };
      return new Promise<TopicValues[T]>((resolve) => {
        resolve(decodeAvro(decoding, bytes.subarray(5)) as TopicValues[T]);
      });
    },
  };
}

/** @throws FailureError `RECORD_INVALID` for a value that does not fit the schema of its topic */
export function encodeAvro<T extends TopicName>(topic: T, value: TopicValues[T]): Buffer {
  try {
    return avroTypeOf(topic).toBuffer(value);
  } catch (cause) {
    throw new FailureError('RECORD_INVALID', {}, { cause });
  }
}
