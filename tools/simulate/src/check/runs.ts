import type { StageEvent } from '@docfleet/contracts';
import type { World } from '../world/world.ts';
import type { Evidence } from './evidence.ts';

/** All events of a run are of one document, one lane and one tenant. */
export function checkRuns(world: World, { events }: Evidence): void {
  const byRun = new Map<string, StageEvent[]>();
  for (const event of events) {
    if (event.kind === 'duplicate' || event.kind === 'retrying' || event.kind === 'skipped') continue;
    byRun.set(event.runId, [...(byRun.get(event.runId) ?? []), event]);
  }
  for (const [runId, ofRun] of byRun) {
    const stages = ofRun.filter(({ stage }) => stage !== 'integration');
    const documents = new Set(stages.map(({ documentId }) => documentId));
    const tenants = new Set(ofRun.map(({ tenantId }) => tenantId));
    const lanes = new Set(stages.map(({ lane }) => lane));
    if (tenants.has('Not A Tenant')) world.history.violate(`run ${runId} is of an unverified tenant`);
    if (documents.size > 1) world.history.violate(`run ${runId} has several documents`);
    if (tenants.size > 1) world.history.violate(`run ${runId} has several tenants`);
    if (lanes.size > 1) world.history.violate(`run ${runId} changed its lane: ${[...lanes].join(', ')}`);
  }
}
