import type { TopicValues } from './generated/topics.ts';

export type TopicName = keyof TopicValues;

/**
 * Turns values of topics into bytes and back, in the Confluent wire format (a zero byte, the schema's id in four
 * bytes, Avro binary).
 */
export interface RecordCodec {
  /**
   * @throws FailureError `RECORD_INVALID` for a value that does not fit its schema (never worth another try),
   *   `REGISTRY_UNAVAILABLE` when the schema's id cannot be found out
   */
  encode<T extends TopicName>(topic: T, value: TopicValues[T]): Promise<Buffer>;
  /**
   * Reads a value with this build's schema, whatever released version it was written with.
   * @throws FailureError `RECORD_UNDECODABLE` when the bytes are not such a record (never worth another try),
   *   `REGISTRY_UNAVAILABLE` when the writer's schema cannot be fetched now
   */
  decode<T extends TopicName>(topic: T, bytes: Buffer): Promise<TopicValues[T]>;
}
