export { type BegunTransaction, type LogHarness, type TransactionParts } from './conformance/log-harness.ts';
export { recordLogConformance } from './conformance/record-log-conformance.ts';
export { hangGuardMs, until } from './until.ts';
export { virtualClock, type VirtualClock } from './virtual-clock.ts';
