import type { Run } from '@docfleet/database';
import { project, type Fact } from './projection.ts';

/** What a batch of facts changes. */
export interface Folded {
  /** Runs that are new or different, by id. */
  readonly changed: ReadonlyMap<string, Run>;
  /** Endings that were seen in their topic. */
  readonly published: readonly Published[];
  /** To add to the accounts: `accepted`, `ended.<status>`. */
  readonly counts: ReadonlyMap<string, number>;
  /** Second endings of a revision, by runId. */
  readonly doubled: readonly string[];
}

export interface Published {
  readonly runId: string;
  readonly revision: number;
  readonly outcomeId: string;
}

/** Applies facts, in their order, to the runs they are about. */
export function foldFacts(runs: ReadonlyMap<string, Run>, facts: readonly Fact[]): Folded {
  const changed = new Map<string, Run>();
  const counts = new Map<string, number>();
  const published: Published[] = [];
  const doubled: string[] = [];
  const count = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);

  for (const fact of facts) {
    const runId = runIdOf(fact);
    const before = changed.get(runId) ?? runs.get(runId);
    const projection = project(before, fact);
    if (fact.kind !== 'event') {
      published.push({ runId, revision: fact.end.revision, outcomeId: fact.end.outcomeId });
    }
    if (projection === undefined) continue;
    if (projection.run !== before) changed.set(runId, projection.run);
    if (projection.accepted) count('accepted');
    if (projection.ended) count(`ended.${projection.run.status}`);
    if (projection.doubled) doubled.push(runId);
  }
  return { changed, published, counts, doubled };
}

export function runIdOf(fact: Fact): string {
  return fact.kind === 'event' ? fact.event.runId : fact.end.runId;
}
