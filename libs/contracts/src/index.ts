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
  isInForce,
  nothingSet,
  severityOf,
  worstLevel,
  type DegradationCondition,
  type DegradationMatrix,
  type DegradationRule,
} from './fleet.ts';
export { holdLevel, judgeFleet, type HeldLevel, type Judgement } from './judge-fleet.ts';
export { approvalRuleOf, withoutCalibration, type ApprovalRule } from './approval.ts';
export { classCalibrationSchema, type ClassCalibration } from './class-calibration.ts';
export { calibrationKey, withWeights } from './class-weights.ts';
export {
  learnedModelSchema,
  type ClassModels,
  type LearnedModel,
  type ModelTensor,
} from './learned-model.ts';
export { documentClasses } from './generated/classes.ts';
export { submittedClasses } from './submitted-classes.ts';
export { degradationMatrix } from './generated/fleet.ts';
export type * from './generated/records.ts';
export { avroSchemas } from './generated/schemas.ts';
export { type TopicValues } from './generated/topics.ts';
export { avroTypeOf, decodeAvro, encodeAvro, localCodec } from './local-codec.ts';
export type {
  ApiKey,
  Batch,
  BatchCursor,
  BatchFile,
  BatchFileWithRun,
  BatchMetadata,
  BatchSummary,
  DeadLetter,
  DeadLetterCursor,
  DeadLetterPosition,
  Erasure,
  NewDeadLetter,
  NewSetAsideRecord,
  OpenRun,
  Removal,
  Run,
  RunCursor,
  RunEvent,
  RunHistoryEntry,
  RunEventDetail,
  RunOverview,
  RunResult,
  RunSummary,
  Tenant,
  TenantKey,
  SetAsideCursor,
  SetAsidePosition,
  SetAsideRecord,
  TenantCounts,
  UsageOfDay,
} from './read-model.ts';
export {
  groupOf,
  parsePools,
  poolOf,
  poolsAmong,
  topicInPool,
  topicWithoutPool,
  type ParsedPools,
  type Pool,
  type PooledStage,
} from './pools.ts';
export {
  isTaskStage,
  stageTopics,
  taskStages,
  topicOf,
  topics,
  topicsWithPools,
  type StageTopics,
  type TaskFamily,
  type TaskStage,
  type Topic,
  type TopicPreset,
} from './topics.ts';
export {
  policiesOf,
  quotaNames,
  regionRoutings,
  reviewPolicyNames,
  textsOfPolicies,
  type QuotaName,
  type RegionRouting,
  type TenantPolicies,
  type TenantQuotas,
} from './tenant-policies.ts';
