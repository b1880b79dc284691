import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, KafkaConnection } from '@docfleet/connections';
import { poolsAmong, topicsWithPools, type TopicPreset } from '@docfleet/contracts';
import { allowLogins, migrate } from '@docfleet/database';
import { openKafkaAdmin } from '@docfleet/kafka';
import { openRegistryApi, registerSchemas, type RegistrationReport } from '@docfleet/registry';
import { deployTopics, describePlan } from './deploy-topics.ts';
import { topicSpecs } from './topic-specs.ts';

export interface DeployOptions {
  readonly kafka: KafkaConnection;
  readonly registry: Connection & { readonly url: string };
  /** For the owner of the tables. */
  readonly database: Connection & { readonly url: string };
  /** For the roles of services; those that cannot log in yet get the password of their URL. */
  readonly roleUrls: readonly string[];
  readonly preset: TopicPreset;
  /** Names of extraction pools. */
  readonly pools: readonly string[];
  readonly dryRun: boolean;
  /** How long each server may take to answer. */
  readonly waitMs: number;
  /** Takes lines for a person. */
  readonly print: (line: string) => void;
}

/**
 * Topics, then schemas, then tables. Each part can be repeated and only ever adds.
 *
 * @throws Error with one sentence that says which part failed
 */
export async function deploy(options: DeployOptions): Promise<void> {
  const { kafka, registry, database, preset, pools, dryRun, print } = options;
  const admin = openKafkaAdmin({ ...kafka, clientId: 'docfleet-deploy' });
  try {
    await waitFor(`the broker at ${kafka.brokers.join(', ')}`, () => admin.brokerCount(), options);
    await waitFor(
      `the schema registry at ${registry.url}`,
      () => openRegistryApi(registry.url, registry).ready(),
      options,
    );
    const report = await deployTopics(admin, topicSpecs(preset, { pools }), dryRun);
    describePlan(report, dryRun).forEach(print);
    describeRemovedPools(await admin.topicNames(), pools).forEach(print);
    const names = topicsWithPools(pools).map(({ name }) => name);
    describeSchemas(
      await registerSchemas(registry.url, { ...registry, dryRun, topics: names }),
      dryRun,
    ).forEach(print);
    if (dryRun) {
      print('tables: not checked in a dry run');
      return;
    }
    const ran = await waitFor('the database', () => migrate(database.url, database), options);
    print(ran.length === 0 ? 'tables: nothing to do' : `tables: ran ${ran.join(', ')}`);
    const logins = await allowLogins(database.url, options.roleUrls, database);
    print(logins.length === 0 ? 'logins: nothing to do' : `logins: set the password of ${logins.join(', ')}`);
  } finally {
    await admin.close();
  }
}

/** Pools whose topics are on the cluster and that are not configured: nothing of them is lost, and it is said who reads them. */
function describeRemovedPools(topicNames: readonly string[], pools: readonly string[]): string[] {
  return poolsAmong(topicNames)
    .filter((pool) => !pools.includes(pool))
    .map(
      (pool) =>
        `pool ${pool} is not in EXTRACTION_POOLS: the common extraction processes finish what its topics have; delete these when the lag of the group extraction.${pool} is 0`,
    );
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
const printEveryMs = 5_000;

/** Tries until it works or the time is up, and prints from time to time what it waits for. */
async function waitFor<T>(what: string, action: () => Promise<T>, options: DeployOptions): Promise<T> {
  const begin = performance.now();
  for (let nextLineMs = 0; ;) {
    try {
      return await action();
    } catch (cause) {
      const waitedMs = performance.now() - begin;
      if (!isUnavailable(cause)) throw cause;
      if (waitedMs > options.waitMs) {
        throw new Error(
          `${what} did not answer within ${Math.round(options.waitMs / 1000)} s: check that it runs, or give it more time with --wait`,
          { cause },
        );
      }
      if (waitedMs >= nextLineMs) {
        options.print(`waiting for ${what} (${Math.round(waitedMs / 1000)} s)`);
        nextLineMs = waitedMs + printEveryMs;
      }
      await sleep(retryMs);
    }
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).endsWith('_UNAVAILABLE');
}
