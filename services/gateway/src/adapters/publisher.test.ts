import { generateKeyPairSync } from 'node:crypto';
import { localCodec } from '@docfleet/contracts';
import { headerNames, systemClock } from '@docfleet/domain';
import type { OutgoingRecord } from '@docfleet/record-log';
import { verifyRecord, type ProofKey } from '@docfleet/tenant-proof';
import { expect, it } from 'vitest';
import type { GatewaySettings } from '../config.ts';
import { firstRun } from '../core/submission.ts';
import { fleetSigner } from './fleet-signature.ts';
import { openPublisher } from './publisher.ts';

it('M-23: proves a submission with the fleet’s key, as it is sent', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const sent: OutgoingRecord[] = [];
  const settings = {
    FLEET_PROOF_KEY_ID: 'fleet.1',
    FLEET_PROOF_PRIVATE_KEY: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  } as GatewaySettings;
  const publisher = openPublisher({
    recordLog: {
      produce: (records) => {
        sent.push(...records);
        return Promise.resolve();
      },
    },
    codec: localCodec(),
    clock: systemClock,
    preset: 'local',
    shards: 1,
    sign: fleetSigner(settings, systemClock),
    timeoutMs: 1_000,
  });
  const submission = {
    input: { uri: 's3://b/k', sha256: '', mediaType: '', sizeBytes: 0 },
    digest: '',
    options: { lane: 'high', expectations: {}, checks: true, review: 'tenant' },
    fileName: null,
    region: 'local',
    at: 0,
    runExpiryMs: 60_000,
  } as const;
  await publisher.submission(firstRun({ tenantId: 'acme', requestId: 'r' }, submission));
  const [record] = sent;
  const key: ProofKey = { algorithm: 'ed25519', publicKey, notBeforeMs: 0, notAfterMs: null };
  expect(
    verifyRecord({
      record: {
        topic: 'documents.high',
        tenantId: 'acme',
        key: record?.key ?? null,
        value: record?.value ?? Buffer.alloc(0),
      },
      header: record?.headers[headerNames.proof],
      storedAtMs: Date.now(),
      windowMs: 60_000,
      keyOf: (keyId) => (keyId === 'fleet.1' ? key : undefined),
    }),
  ).toBeUndefined();
});
