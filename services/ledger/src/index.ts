export { ledgerSettings, type LedgerSettings } from './config.ts';
export { accountsOf, type Accounts } from './core/accounts.ts';
export { foldFacts, type Folded, type Published } from './core/fold.ts';
export { project, type Fact, type Projection } from './core/projection.ts';
export { runLedger } from './run-ledger.ts';
