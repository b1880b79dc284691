export { defaultIntegrationTimeoutMs, integrationStage, type IntegrationParts } from './stage.ts';
export type { ClaimedOutcome, EncodeEvent, Fence, ResultStore, TerminalLog } from './ports.ts';
export type { StandingOutcome } from './core/fence.ts';
export type { RunResults } from './core/bundle.ts';
export { memoryFence, MemoryOutcomes, revisionKey, type OutcomeRow } from './adapters/memory-outcomes.ts';
export { terminalLog } from './adapters/terminal-log.ts';
export { objectResults } from './adapters/result-store.ts';
