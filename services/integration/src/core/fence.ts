import { parsePartitionName, partitionName, type TopicPartition } from '@docfleet/domain';

/** The row of an outcome, as far as the fence needs it. */
export interface StandingOutcome {
  readonly outcomeId: string;
  readonly state: 'claimed' | 'published';
  readonly event: Buffer;
  readonly terminalTopic: string;
  readonly terminalPartition: number;
  readonly scanFrom: bigint;
  readonly home: string;
}

/** What a record that ends a run has to do, given the row that stands. */
export type FenceDecision =
  | { readonly kind: 'emit' }
  | { readonly kind: 'skip' }
  | { readonly kind: 'move'; readonly to: TopicPartition }
  | { readonly kind: 'scan-then-emit' };

/**
 * The insert decided which ending stands; this decides who may emit it. Only the producer of the partition that
 * claimed may: its transactional identity makes sure that there is one such producer at a time. Whoever did not win
 * finishes the winner, never itself, and looks first whether that has been done.
 */
export function decideEmission(options: {
  readonly won: boolean;
  readonly row: StandingOutcome;
  readonly here: TopicPartition;
}): FenceDecision {
  const { won, row, here } = options;
  if (won) return { kind: 'emit' };
  if (row.state === 'published') return { kind: 'skip' };
  if (row.home !== partitionName(here)) return { kind: 'move', to: parsePartitionName(row.home) };
  return { kind: 'scan-then-emit' };
}
