export { type RecordCodec, type TopicName } from './codec.ts';
export type * from './generated/records.ts';
export { avroSchemas } from './generated/schemas.ts';
export { type TopicValues } from './generated/topics.ts';
export { avroTypeOf, localCodec } from './local-codec.ts';
export { stageTopics, topicOf, topics, type StageTopics, type Topic, type TopicPreset } from './topics.ts';
