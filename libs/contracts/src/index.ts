export { type RecordCodec, type TopicName } from './codec.ts';
export {
  documentClassSchema,
  type ClassRule,
  type DocumentClass,
  type EvaluationMapping,
  type FieldDefinition,
  type LabelPhrase,
  type LayoutFeature,
  type RowColumn,
  type RowGroup,
  type VocabularyList,
} from './document-class.ts';
export {
  degradationLevels,
  severityOf,
  worstLevel,
  type DegradationCondition,
  type DegradationMatrix,
  type DegradationRule,
} from './fleet.ts';
export { holdLevel, judgeFleet, type HeldLevel, type Judgement } from './judge-fleet.ts';
export { documentClasses } from './generated/classes.ts';
export { degradationMatrix } from './generated/fleet.ts';
export type * from './generated/records.ts';
export { avroSchemas } from './generated/schemas.ts';
export { type TopicValues } from './generated/topics.ts';
export { avroTypeOf, localCodec } from './local-codec.ts';
export type {
  DeadLetter,
  DeadLetterCursor,
  DeadLetterPosition,
  NewDeadLetter,
  OpenRun,
  Run,
  RunCursor,
  RunEvent,
  RunEventDetail,
  RunResult,
  TenantCounts,
} from './read-model.ts';
export {
  isTaskStage,
  stageTopics,
  taskStages,
  topicOf,
  topics,
  type StageTopics,
  type TaskFamily,
  type TaskStage,
  type Topic,
  type TopicPreset,
} from './topics.ts';
