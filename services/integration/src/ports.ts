import type { IntegrationTask, ObjectRef } from '@docfleet/contracts';
import type { HoldRule, OutcomeStatus, TopicPartition } from '@docfleet/domain';
import type { Bundle, RunResults } from './core/bundle.ts';
import type { StandingOutcome } from './core/fence.ts';
import type { TerminalEvent } from './core/terminal-event.ts';

/** An outcome to be claimed for its revision. */
export interface ClaimedOutcome extends Omit<StandingOutcome, 'state'> {
  readonly runId: string;
  readonly revision: number;
  readonly tenantId: string;
  readonly status: OutcomeStatus;
}

/** The table of outcomes; it decides which ending a revision has. */
export interface Fence {
  /** Inserts the outcome unless the revision has one; the first insert is final. Undefined: a person holds the run. */
  claim(
    outcome: ClaimedOutcome,
    rule: HoldRule,
  ): Promise<{ readonly won: boolean; readonly row: StandingOutcome } | undefined>;
  find(runId: string, revision: number): Promise<StandingOutcome | undefined>;
}

/** Reads the stages' results and writes the bundle. */
export interface ResultStore {
  /** Throws `RESULTS_UNREADABLE` for what is no JSON, and `SOURCE_NOT_FOUND` for what is missing. */
  load(task: IntegrationTask, signal: AbortSignal): Promise<RunResults>;
  /** Writes the artifacts to the outcome's folder and returns the reference of `result.json`. */
  save(task: IntegrationTask, bundle: Bundle, signal: AbortSignal): Promise<ObjectRef>;
}

/** Reads the terminal topics without a consumer group. */
export interface TerminalLog {
  partitionOf(topic: string, runId: string): Promise<number>;
  /** The high watermark, which includes open transactions. */
  endOffset(at: TopicPartition): Promise<bigint>;
  /** Whether [from, to) has a committed record with exactly these bytes. */
  holds(
    at: TopicPartition,
    event: Buffer,
    range: { from: bigint; to: bigint },
    signal: AbortSignal,
  ): Promise<boolean>;
}

/** Encodes the terminal event for its topic. */
export type EncodeEvent = (event: TerminalEvent) => Promise<Buffer>;
