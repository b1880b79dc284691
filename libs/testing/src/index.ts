export { type BegunTransaction, type LogHarness, type TransactionParts } from './log-harness.ts';
export { hangGuardMs, until } from './until.ts';
