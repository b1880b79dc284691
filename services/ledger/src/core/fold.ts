import type { Run, TenantCounts } from '@docfleet/database';
import { project, type Fact } from './projection.ts';

/** What a batch of facts changes. */
export interface Folded {
  /** Runs that are new or different, by id. */
  readonly changed: ReadonlyMap<string, Run>;
  /** Endings that were seen in their topic. */
  readonly published: readonly Published[];
  /** To add to the accounts of each tenant: `accepted`, `ended.<status>`. */
  readonly counts: TenantCounts;
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
  const counts = new Map<string, Map<string, number>>();
  const published: Published[] = [];
  const doubled: string[] = [];
  const count = ({ tenantId }: Run, name: string): void => {
    const ofTenant = counts.get(tenantId) ?? new Map<string, number>();
    counts.set(tenantId, ofTenant.set(name, (ofTenant.get(name) ?? 0) + 1));
  };

  for (const fact of facts) {
    const runId = runIdOf(fact);
    const before = changed.get(runId) ?? runs.get(runId);
    const projection = project(before, fact);
    if (fact.kind === 'completed' || fact.kind === 'failed') {
      published.push({ runId, revision: fact.end.revision, outcomeId: fact.end.outcomeId });
    }
    if (projection === undefined) continue;
    if (projection.run !== before) changed.set(runId, projection.run);
    if (projection.accepted) count(projection.run, 'accepted');
    if (projection.ended) count(projection.run, `ended.${projection.run.status}`);
    if (projection.doubled) doubled.push(runId);
  }
  return { changed, published, counts, doubled };
}

export function runIdOf(fact: Fact): string {
  switch (fact.kind) {
    case 'event':
      return fact.event.runId;
    case 'completed':
    case 'failed':
      return fact.end.runId;
    case 'rejected':
      return fact.runId;
  }
}
