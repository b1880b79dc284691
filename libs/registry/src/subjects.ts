import { avroSchemas, avroTypeOf, type TopicName } from '@docfleet/contracts';

type RecordName = keyof typeof avroSchemas;

/** The subject of a topic's values. */
export function subjectOf(topic: string): string {
  return `${topic}-value`;
}

/** Name of the record of a topic's values, without its namespace. */
export function recordNameOf(topic: TopicName): RecordName {
  const name = avroTypeOf(topic).name?.split('.').at(-1);
  if (name === undefined || !Object.hasOwn(avroSchemas, name))
    throw new Error(`Topic ${topic} has no schema`);
  return name as RecordName;
}

/** The schema as registered and looked up: both must use the same text. */
export function schemaTextOf(name: RecordName): string {
  return JSON.stringify(avroSchemas[name]);
}
