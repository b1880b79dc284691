export {
  maxMetadataBytes,
  TransactionError,
  type CommittedPosition,
  type FetchedBatch,
  type GroupListener,
  type GroupMember,
  type LogRecord,
  type LogTransaction,
  type OutgoingRecord,
  type RecordLog,
} from './record-log.ts';
export {
  followValues,
  silentFollowReport,
  type Followed,
  type FollowedValue,
  type FollowOptions,
  type FollowReport,
} from './follow-values.ts';
export { heldBytesOf } from './held-bytes.ts';
export { murmur2Partition } from './murmur2.ts';
export { assignSticky, type StickyMember } from './sticky-assignment.ts';
