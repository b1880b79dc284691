import type { KafkaAdmin, TopicPlan, TopicSpec } from '@docfleet/kafka';

/** Copies of each partition, where there are brokers enough. */
const wantedReplication = 3;

/** Compares and, unless it is a dry run, changes; gives what was found to be done. */
export async function deployTopics(
  admin: KafkaAdmin,
  specs: readonly TopicSpec[],
  dryRun: boolean,
): Promise<TopicPlan> {
  const plan = await admin.plan(specs);
  if (!dryRun) await admin.apply(plan, Math.min(wantedReplication, await admin.brokerCount()));
  return plan;
}

/** What was done, or would be, in lines for a person. */
export function describePlan(plan: TopicPlan, dryRun: boolean): string[] {
  const done = dryRun ? 'would have ' : '';
  const partitions = plan.create.reduce((sum, each) => sum + each.partitions, 0);
  const lines = [
    ...(plan.create.length > 0
      ? [`topics: ${done}created ${plan.create.length} with ${partitions} partitions`]
      : []),
    ...plan.grow.map(({ name, from, to }) => `topics: ${done}grown ${name} from ${from} to ${to} partitions`),
    ...plan.configure.map(({ name, changed }) => `topics: ${done}set ${changed.join(', ')} of ${name}`),
    ...plan.larger.map(
      ({ name, actual, desired }) =>
        `topics: ${name} keeps its ${actual} partitions, more than the ${desired} configured`,
    ),
  ];
  return lines.length > 0 ? lines : ['topics: nothing to do'];
}
