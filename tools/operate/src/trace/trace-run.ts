import {
  databaseConnection,
  kafkaConnection,
  objectsConnection,
  registryConnection,
} from '@docfleet/connections';
import { openDatabase } from '@docfleet/database';
import { openKafkaLog } from '@docfleet/kafka';
import { openObjectStore } from '@docfleet/objects';
import { openRegistryCodec } from '@docfleet/registry';
import type { ServerAddresses } from '../addresses.ts';
import { readDatabase } from './from-database.ts';
import { readLog } from './from-log.ts';
import { readStore } from './from-store.ts';
import { lifeOf, type Life } from './moment.ts';

/** The history of a run from topics, database and object store. Unavailable sources are named in `troubles`. */
export async function traceRun(addresses: ServerAddresses, runId: string): Promise<Life> {
  const recordLog = openKafkaLog({ ...kafkaConnection(addresses), clientId: 'docfleet-operate' });
  const database = openDatabase(addresses.DATABASE_PIPELINE_URL, {
    ...databaseConnection(addresses, 'DATABASE_PIPELINE_URL'),
    poolSize: 1,
  });
  const store = openObjectStore(objectsConnection(addresses));
  try {
    const codec = openRegistryCodec(registryConnection(addresses));
    const [fromLog, fromDatabase, fromStore] = await Promise.all([
      readLog({ recordLog, codec }, runId),
      readDatabase(database.session, runId),
      readStore(store, runId),
    ]);
    const { run } = fromDatabase;
    return lifeOf(runId, run === null ? null : factsOf(run), [fromLog, fromDatabase, fromStore]);
  } finally {
    store.close();
    await Promise.allSettled([recordLog.close(), database.close()]);
  }
}

function factsOf(run: NonNullable<Life['run']>): NonNullable<Life['run']> {
  const { tenantId, requestId, lane, status, revision, stage, failureCode } = run;
  return { tenantId, requestId, lane, status, revision, stage, failureCode };
}
