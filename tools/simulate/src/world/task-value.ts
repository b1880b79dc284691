import { avroTypeOf, type TopicName, type TopicValues } from '@docfleet/contracts';
import avro from 'avsc';

const emptyValues = new Map<TopicName, object>();
const lastReferences = new Map<TopicName, string>();

/**
 * A value of a topic: what is known of it, and nothing (no items, no text, 0) in the fields that are not. So the
 * simulated stages need not know the records of the stages around them.
 */
export function taskValue<T extends TopicName>(topic: T, known: object): TopicValues[T] {
  const nothing = emptyValues.get(topic) ?? (emptyOf(avroTypeOf(topic)) as object);
  emptyValues.set(topic, nothing);
  return { ...nothing, ...known } as TopicValues[T];
}

/** Name of the last reference to an object in a topic's record: that of what the stage before has found. */
export function lastReferenceIn(topic: TopicName): string {
  const known = lastReferences.get(topic) ?? lastReferenceOf(topic);
  lastReferences.set(topic, known);
  return known;
}

function lastReferenceOf(topic: TopicName): string {
  const type = avroTypeOf(topic);
  const fields = type instanceof avro.types.RecordType ? type.fields : [];
  const last = fields.findLast((field) => field.type.name === 'docfleet.ObjectRef');
  if (last === undefined) throw new Error(`the record of ${topic} refers to no object`);
  return last.name;
}

function emptyOf(type: avro.Type): unknown {
  if (type instanceof avro.types.RecordType) {
    return Object.fromEntries(type.fields.map((field) => [field.name, emptyOf(field.type)]));
  }
  if (type instanceof avro.types.EnumType) return type.symbols[0];
  switch (type.typeName) {
    case 'array':
      return [];
    case 'map':
      return {};
    case 'string':
      return '';
    case 'boolean':
      return false;
    case 'union:unwrapped':
    case 'null':
      return null;
    default:
      return 0;
  }
}
