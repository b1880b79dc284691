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
export { murmur2Partition } from './murmur2.ts';
export { assignSticky, type StickyMember } from './sticky-assignment.ts';
