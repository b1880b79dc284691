import { FailureError } from '@docfleet/domain';
import avro from 'avsc';
import type { RecordCodec, TopicName } from './codec.ts';
import { avroSchemas } from './generated/schemas.ts';
import { topicTable, type TopicValues } from './generated/topics.ts';

type SchemaName = keyof typeof avroSchemas;

const schemaNames = Object.keys(avroSchemas).sort() as SchemaName[];
const types = new Map(
  schemaNames.map((name) => [name, avro.Type.forSchema(avroSchemas[name] as unknown as avro.Schema)]),
);
const schemaOfTopic = new Map<string, SchemaName>(topicTable.map((topic) => [topic.name, topic.value]));

/** The Avro type of a topic's value, as this build knows it. */
export function avroTypeOf(topic: TopicName): avro.Type {
  const name = schemaOfTopic.get(topic);
  const type = name === undefined ? undefined : types.get(name);
  if (type === undefined) throw new Error(`no schema for topic ${topic}`);
  return type;
}

/** A codec without a registry: schema ids are positions in this build's table. For the log in memory. */
export function localCodec(): RecordCodec {
  return {
    encode: (topic, value) => {
      const header = Buffer.alloc(5);
      header.writeUInt32BE(schemaNames.indexOf(schemaOfTopic.get(topic) ?? 'StageEvent'), 1);
      return Promise.resolve(Buffer.concat([header, avroTypeOf(topic).toBuffer(value)]));
    },
    decode: <T extends TopicName>(topic: T, bytes: Buffer) => {
      const expected = schemaNames.indexOf(schemaOfTopic.get(topic) ?? 'StageEvent');
      if (bytes.length < 5 || bytes[0] !== 0 || bytes.readUInt32BE(1) !== expected) {
        return Promise.reject(new FailureError('RECORD_UNDECODABLE'));
      }
      try {
        return Promise.resolve(avroTypeOf(topic).fromBuffer(bytes.subarray(5)) as TopicValues[T]);
      } catch (cause) {
        return Promise.reject(new FailureError('RECORD_UNDECODABLE', {}, { cause }));
      }
    },
  };
}
