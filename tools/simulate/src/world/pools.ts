import { poolsAmong, topicInPool, topics } from '@docfleet/contracts';
import type { PlannedPools } from '../plan/plan.ts';
import type { Fleet } from './fleet.ts';
import type { World } from './world.ts';

/** What is changed when pools change. */
export interface PoolContext {
  readonly world: World;
  readonly fleet: Fleet;
}

/**
 * Deploys other pools: topics first, then each kind of process at its time. Topics of removed pools stay, as on a real
 * cluster.
 */
export function deployPools(context: PoolContext, planned: PlannedPools): void {
  const { world, fleet } = context;
  const { clock, history } = world;
  world.pools = planned.pools;
  history.count('changes of pools');
  history.note(() => `pools are now ${JSON.stringify(planned.pools)}`);
  for (const { name } of planned.pools) createTopics(world, name);
  clock.after(planned.routersAfterMs, () => void replaceAll(fleet, 'classification'));
  clock.after(planned.commonAfterMs, () => void replaceAll(fleet, 'extraction'));
  clock.after(planned.poolsAfterMs, () => {
    endRemoved(context, planned);
    fleet.fill('extraction');
  });
}

/** Replaces every process that does not have the pools of the deployment, and ends those of removed pools. */
export function finishDeployment({ world, fleet }: PoolContext): void {
  const isKept = (pool: string | null): boolean =>
    pool === null || world.pools.some(({ name }) => name === pool);
  for (const process of [...fleet.of('classification'), ...fleet.of('extraction')]) {
    if (!isKept(process.pool)) void fleet.drain(process);
    else if (process.pools !== world.pools) void fleet.replace(process);
  }
}

/** Pools that have topics. */
export function existingPools({ cluster }: World): readonly string[] {
  return poolsAmong(cluster.topicNames());
}

function createTopics(world: World, pool: string): void {
  if (existingPools(world).includes(pool)) return;
  for (const { name, stage, lane, delayMs, partitions } of topics) {
    if (stage !== 'extraction' || (lane ?? delayMs) === null) continue;
    world.cluster.createTopic(topicInPool(name, pool), Math.min(partitions.local, world.plan.partitions));
  }
}

async function replaceAll(fleet: Fleet, stage: 'classification' | 'extraction'): Promise<void> {
  for (const process of fleet.of(stage)) if (process.pool === null) await fleet.replace(process);
}

function endRemoved({ fleet }: PoolContext, { pools, kills }: PlannedPools): void {
  for (const process of fleet.of('extraction')) {
    if (process.pool === null || pools.some(({ name }) => name === process.pool)) continue;
    if (kills) fleet.stop(process, { how: 'kill', forMs: 0 });
    else void fleet.drain(process);
  }
}
