export {
  createMemoryCluster,
  type CommittedOffset,
  type MemoryCluster,
  type MemoryClusterOptions,
} from './cluster.ts';
export { type DumpedEntry } from './dump.ts';
export { type Faults, type HangingTransaction } from './faults.ts';
export { type TransactionFault, type TransactionMatch } from './planned-faults.ts';
export { type TransactionState } from './transaction-state.ts';
