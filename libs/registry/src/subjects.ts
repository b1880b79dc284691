import { avroSchemas, avroTypeOf, type TopicName } from '@docfleet/contracts';

type RecordName = keyof typeof avroSchemas;

/** The subject of a topic's values. */
export function subjectOf(topic: string): string {
  return `${topic}-value`;
}

/** Name of the record that a topic's values are, without its namespace. */
export function recordNameOf(topic: TopicName): RecordName {
  const name = avroTypeOf(topic).name?.split('.').at(-1);
  if (name === undefined || !Object.hasOwn(avroSchemas, name)) throw new Error(`${topic} has no record`);
  return name as RecordName;
}

/** The schema as it is registered and looked up: both must send the same text. */
export function schemaTextOf(name: RecordName): string {
  return JSON.stringify(avroSchemas[name]);
}
