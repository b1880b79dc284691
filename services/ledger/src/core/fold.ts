import type { Run, TenantCounts, UsageOfDay } from '@docfleet/contracts';
import { project, type Fact } from './projection.ts';

/** The changes that a batch of facts makes to the read model. */
export interface Folded {
  /** New and changed runs, by id. */
  readonly changed: ReadonlyMap<string, Run>;
  /** Outcomes whose terminal event was read from its topic. */
  readonly published: readonly Published[];
  /** To be added to each tenant's counts: `accepted`, `ended.<status>`. */
  readonly counts: TenantCounts;
  /** To be added to each tenant's days: documents and pages, each counted once a run. */
  readonly usage: readonly UsageOfDay[];
  /** runIds of revisions with a second terminal event. */
  readonly doubled: readonly string[];
}

/** An outcome whose terminal event is in its topic. */
export interface Published {
  readonly runId: string;
  readonly revision: number;
  readonly outcomeId: string;
}

/** Applies facts, in order, to their runs. */
export function foldFacts(runs: ReadonlyMap<string, Run>, facts: readonly Fact[]): Folded {
  const changed = new Map<string, Run>();
  const counts = new Map<string, Map<string, number>>();
  const published: Published[] = [];
  const doubled: string[] = [];
  const usage: UsageOfDay[] = [];
  const count = ({ tenantId }: Run, name: string): void => {
    const ofTenant = counts.get(tenantId) ?? new Map<string, number>();
    counts.set(tenantId, ofTenant.set(name, (ofTenant.get(name) ?? 0) + 1));
  };

  for (const fact of facts) {
    const runId = runIdOfFact(fact);
    const before = changed.get(runId) ?? runs.get(runId);
    const projection = project(before, fact);
    if (fact.kind === 'completed' || fact.kind === 'failed') {
      published.push({ runId, revision: fact.end.revision, outcomeId: fact.end.outcomeId });
    }
    if (projection === undefined) continue;
    if (projection.run !== before) changed.set(runId, projection.run);
    usage.push(...usageOf(before, projection.run));
    if (projection.accepted) count(projection.run, 'accepted');
    if (projection.ended) count(projection.run, `ended.${projection.run.status}`);
    if (projection.doubled) doubled.push(runId);
  }
  return { changed, published, counts, usage, doubled };
}

/**
 * What a run adds to the day of its acceptance. Pages grow with what is known of them; a redrive or a second reading of the
 * same facts adds nothing.
 */
function usageOf(before: Run | undefined, { tenantId, acceptedAt, pageCount }: Run): readonly UsageOfDay[] {
  if (acceptedAt === null) return [];
  const documents = (before?.acceptedAt ?? null) === null ? 1 : 0;
  const pages = pageCount - (before?.pageCount ?? 0);
  return documents + pages === 0 ? [] : [{ tenantId, at: acceptedAt, documents, pages }];
}

export function runIdOfFact(fact: Fact): string {
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
