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
  const recordLog = openKafkaLog({ brokers: addresses.KAFKA_BROKERS, clientId: 'docfleet-operate' });
  const database = openDatabase(addresses.DATABASE_URL, { poolSize: 1 });
  const store = openObjectStore({
    endpoint: addresses.S3_ENDPOINT,
    region: addresses.S3_REGION,
    bucket: addresses.S3_BUCKET,
    accessKeyId: addresses.AWS_ACCESS_KEY_ID,
    secretAccessKey: addresses.AWS_SECRET_ACCESS_KEY,
    forcePathStyle: addresses.S3_FORCE_PATH_STYLE,
  });
  try {
    const codec = openRegistryCodec({ url: addresses.SCHEMA_REGISTRY_URL });
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
