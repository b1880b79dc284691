import type { IntegrationTask, ObjectRef } from '@docfleet/contracts';
import type { OutcomeStatus, TopicPartition } from '@docfleet/domain';
import type { Bundle, RunResults } from './core/bundle.ts';
import type { StandingOutcome } from './core/fence.ts';
import type { TerminalEvent } from './core/terminal-event.ts';

/** An outcome that asks to be the one of its revision. */
export interface ClaimedOutcome extends Omit<StandingOutcome, 'state'> {
  readonly runId: string;
  readonly revision: number;
  readonly tenantId: string;
  readonly status: OutcomeStatus;
  readonly claimedAt: number;
}

/** The table that decides which ending a revision has. */
export interface Fence {
  /** Inserts unless a row stands; the first wins for ever. */
  claim(outcome: ClaimedOutcome): Promise<{ readonly won: boolean; readonly row: StandingOutcome }>;
  find(runId: string, revision: number): Promise<StandingOutcome | undefined>;
}

/** What the stages wrote, and where the bundle goes. */
export interface ResultStore {
  load(task: IntegrationTask, signal: AbortSignal): Promise<RunResults>;
  /** Writes the artifacts below the outcome's folder; the reference is of `result.json`. */
  save(task: IntegrationTask, bundle: Bundle, signal: AbortSignal): Promise<ObjectRef>;
}

/** The terminal topics, looked at from outside any group. */
export interface TerminalLog {
  partitionOf(topic: string, runId: string): Promise<number>;
  /** High watermark: open transactions count. */
  endOffset(at: TopicPartition): Promise<bigint>;
  /** Whether a committed record with exactly these bytes stands in [from, to). */
  holds(
    at: TopicPartition,
    event: Buffer,
    range: { from: bigint; to: bigint },
    signal: AbortSignal,
  ): Promise<boolean>;
}

/** Encodes the terminal event for its topic. */
export type EncodeEvent = (event: TerminalEvent) => Promise<Buffer>;
