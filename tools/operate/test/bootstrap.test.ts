import { apiKeysIn, hashApiKey, migrate, openDatabase } from '@docfleet/database';
import { createScratchDatabase, endpoints } from '@docfleet/testing';
import { expect, it } from 'vitest';
import { bootstrapKey } from '../src/access/bootstrap.ts';

it('A-07: issues the first fleet-admin key by the database alone, and audits it', async () => {
  const scratch = await createScratchDatabase(endpoints().postgres, migrate);
  const owner = openDatabase(scratch.url, { poolSize: 1 });
  const operator = { url: scratch.urlFor('operator') };
  const manner = { kind: 'bootstrap', name: 'first', json: true } as const;
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  try {
    await bootstrapKey(operator, { ...manner, yes: false }, say);
    expect(await apiKeysIn(owner.session).list(null)).toEqual([]);
    await bootstrapKey(operator, { ...manner, yes: true }, say);
    await bootstrapKey(operator, { ...manner, yes: false }, say);
    expect([lines[0], lines[2]]).toEqual([
      'would issue a fleet-admin key beside the 0 valid ones; --yes does it',
      'would issue a fleet-admin key beside the 1 valid ones; --yes does it',
    ]);
    const { key, keyId } = JSON.parse(lines[1] ?? '') as { key: string; keyId: string };
    expect((await apiKeysIn(owner.session).find(hashApiKey(key), Date.now()))?.holder).toEqual({
      keyId,
      tenantId: null,
      role: 'fleet-admin',
    });
    const rows = await owner.session
      .selectFrom('audit')
      .select(['actorKeyId', 'actorRole', 'action', 'subject'])
      .execute();
    expect(rows).toEqual([
      { actorKeyId: null, actorRole: 'keys bootstrap', action: 'key.issue', subject: keyId },
    ]);
    // With the login of another role nothing is done.
    const refused = bootstrapKey({ url: scratch.urlFor('request') }, { ...manner, yes: true }, say);
    await expect(refused).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  } finally {
    await owner.close();
    await scratch.drop();
  }
});
