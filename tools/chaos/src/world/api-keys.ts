import { randomUUID } from 'node:crypto';
import { apiKeysIn, openDatabase } from '@docfleet/database';
import { tenants } from '../plan/tenants.ts';
import type { Rig } from './rig.ts';

/** An API key for every tenant of the run, by tenant. */
export async function createTenantApiKeys(rig: Rig): Promise<ReadonlyMap<string, string>> {
  const database = openDatabase(rig.direct.postgres, { poolSize: 1 });
  const keys = new Map([['development', rig.direct.apiKey]]);
  try {
    for (const tenantId of tenants.filter((tenant) => tenant !== 'development')) {
      const key = `chaos_${randomUUID()}`;
      await apiKeysIn(database.session).ensure({ tenantId, role: 'tenant-admin', at: Date.now() }, key);
      keys.set(tenantId, key);
    }
    return keys;
  } finally {
    await database.close();
  }
}
