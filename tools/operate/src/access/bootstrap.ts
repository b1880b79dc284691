import { apiKeysIn, auditIn, openDatabase } from '@docfleet/database';
import type { OperatorDatabase } from '../addresses.ts';
import { sayIssued } from './access-command.ts';
import type { KeysArguments } from './access-arguments.ts';

/**
 * Issues a fleet-admin key without the API, for the first one and for the case that all are lost. Who has the database's
 * operator login may do this; the audit log names this command instead of a key.
 *
 * @throws FailureError `DATABASE_UNAVAILABLE`
 */
export async function bootstrapKey(
  { url, ...connection }: OperatorDatabase,
  { name, json, yes }: Extract<KeysArguments, { kind: 'bootstrap' }>,
  say: (line: string) => void,
): Promise<void> {
  const database = openDatabase(url, { ...connection, role: 'operator', poolSize: 1 });
  try {
    await database.ready();
    const at = Date.now();
    const valid = (await apiKeysIn(database.session).list(null)).filter(
      ({ role, revokedAt, expiresAt }) =>
        role === 'fleet-admin' && revokedAt === null && (expiresAt === null || expiresAt > at),
    );
    if (!yes) {
      say(`would issue a fleet-admin key beside the ${valid.length} valid ones; --yes does it`);
      return;
    }
    const made = await database.transaction(async (session) => {
      const role = 'fleet-admin' as const;
      const issued = await apiKeysIn(session).issue({ tenantId: null, role, name, at });
      await auditIn(session).add({
        at,
        actorKeyId: null,
        actorRole: 'keys bootstrap',
        tenantId: null,
        action: 'key.issue',
        subject: issued.keyId,
        detail: { role },
      });
      return { ...issued, role };
    });
    sayIssued(made, json, say);
  } finally {
    await database.close();
  }
}
