import { parsePartitionName, partitionName, type TopicPartition } from '@docfleet/domain';

/** The stored outcome of a revision, as far as the fence needs it. */
export interface StandingOutcome {
  readonly outcomeId: string;
  readonly state: 'claimed' | 'published';
  readonly event: Buffer;
  readonly terminalTopic: string;
  readonly terminalPartition: number;
  readonly scanFrom: bigint;
  readonly home: string;
  /** When it was claimed, in milliseconds since the epoch. */
  readonly claimedAt: number;
}

/** What to do with a record that ends a run, given the stored outcome. */
export type FenceDecision =
  | { readonly kind: 'emit' }
  | { readonly kind: 'skip' }
  | { readonly kind: 'move'; readonly to: TopicPartition }
  | { readonly kind: 'scan-then-emit' };

/**
 * The insert decided which ending stands; this decides who may emit its event. Only the producer of the partition that
 * claimed the outcome may, because its transactional id guarantees a single active producer. A record that did not win
 * finishes the winner's outcome, never its own, after checking whether the event is already in its topic.
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
