import { setTimeout as sleep } from 'node:timers/promises';
import type { TopicPreset } from '@docfleet/contracts';
import { migrate } from '@docfleet/database';
import { openKafkaAdmin, type KafkaAdmin, type TopicPlan, type TopicSpec } from '@docfleet/kafka';
import { openRegistryApi, registerSchemas, type RegistrationReport } from '@docfleet/registry';
import { topicSpecs } from './topic-specs.ts';

export interface DeployOptions {
  readonly brokers: readonly string[];
  readonly registryUrl: string;
  readonly databaseUrl: string;
  readonly preset: TopicPreset;
  readonly dryRun: boolean;
  /** How long each server may take to answer. */
  readonly waitMs: number;
  /** Takes lines for a person. */
  readonly say: (line: string) => void;
}

/** Copies of each partition, where there are brokers enough. */
const wantedReplication = 3;

/**
 * Topics, then schemas, then tables. Each part can be repeated and only ever adds.
 *
 * @throws Error with one sentence that says which part failed
 */
export async function deploy(options: DeployOptions): Promise<void> {
  const { brokers, registryUrl, databaseUrl, preset, dryRun, say } = options;
  const admin = openKafkaAdmin({ brokers, clientId: 'docfleet-deploy' });
  try {
    await waitFor(`the broker at ${brokers.join(', ')}`, () => admin.brokerCount(), options);
    await waitFor(
      `the schema registry at ${registryUrl}`,
      () => openRegistryApi(registryUrl).ready(),
      options,
    );
    const report = await deployTopics(admin, topicSpecs(preset), dryRun);
    describePlan(report, dryRun).forEach(say);
    describeSchemas(await registerSchemas(registryUrl, { dryRun }), dryRun).forEach(say);
    if (dryRun) {
      say('tables: not looked at in a dry run');
      return;
    }
    const ran = await waitFor('the database', () => migrate(databaseUrl), options);
    say(ran.length === 0 ? 'tables: nothing to do' : `tables: ran ${ran.join(', ')}`);
  } finally {
    await admin.close();
  }
}

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
      ({ name, is, asked }) => `topics: left ${name} with ${is} partitions, though ${asked} were asked for`,
    ),
  ];
  return lines.length > 0 ? lines : ['topics: nothing to do'];
}

function describeSchemas({ registered, configured }: RegistrationReport, dryRun: boolean): string[] {
  const done = dryRun ? 'would have ' : '';
  const lines = [
    ...(registered.length > 0 ? [`schemas: ${done}registered ${registered.length}`] : []),
    ...(configured.length > 0
      ? [`schemas: ${done}set the compatibility of ${configured.length} subjects`]
      : []),
  ];
  return lines.length > 0 ? lines : ['schemas: nothing to do'];
}

const retryMs = 1_000;
const sayAgainMs = 5_000;

/** Tries until it works or the time is up, and says now and then what it waits for. */
async function waitFor<T>(what: string, action: () => Promise<T>, options: DeployOptions): Promise<T> {
  const begin = performance.now();
  for (let nextLineMs = 0; ;) {
    try {
      return await action();
    } catch (cause) {
      const waitedMs = performance.now() - begin;
      if (!isUnavailable(cause)) throw cause;
      if (waitedMs > options.waitMs) {
        throw new Error(`${what} did not answer within ${Math.round(options.waitMs / 1000)} s`, { cause });
      }
      if (waitedMs >= nextLineMs) {
        options.say(`waiting for ${what} (${Math.round(waitedMs / 1000)} s)`);
        nextLineMs = waitedMs + sayAgainMs;
      }
      await sleep(retryMs);
    }
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).endsWith('_UNAVAILABLE');
}
