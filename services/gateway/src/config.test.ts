import { generateKeyPairSync } from 'node:crypto';
import { readConfig } from '@docfleet/config';
import { expect, it } from 'vitest';
import { gatewaySettings } from './config.ts';

const given = {
  KAFKA_BROKERS: '127.0.0.1:9092',
  SCHEMA_REGISTRY_URL: 'http://127.0.0.1:8081',
  DATABASE_REQUEST_URL: 'postgres://docfleet_request@127.0.0.1/docfleet',
  DATABASE_PIPELINE_URL: 'postgres://docfleet_pipeline@127.0.0.1/docfleet',
  DATABASE_OPERATOR_URL: 'postgres://docfleet_operator@127.0.0.1/docfleet',
  S3_ENDPOINT: 'http://127.0.0.1:8333',
  S3_BUCKET: 'docfleet',
  AWS_ACCESS_KEY_ID: 'a',
  AWS_SECRET_ACCESS_KEY: 'b',
  TENANT_PROOF: 'off',
  WEBHOOK_SECRET_KEYS: `first=${Buffer.alloc(32).toString('base64')}`,
};

it.each(['DEVELOPMENT_API_KEY', 'DEVELOPMENT_OPERATOR_KEY'])(
  'A-07: accepts %s only where nobody else reaches the gateway',
  (name) => {
    const withKey: Record<string, string> = { ...given, [name]: 'a-key-of-16-letters' };
    const refused = new RegExp(
      `${name} is not valid: expected no such key unless HTTP_HOST is a loopback address`,
    );
    for (const host of ['0.0.0.0', '10.0.0.7'])
      expect(() => readConfig(gatewaySettings, { ...withKey, HTTP_HOST: host })).toThrow(refused);
    expect(readConfig(gatewaySettings, withKey)).toMatchObject({
      HTTP_HOST: '127.0.0.1',
      [name]: withKey[name],
    });
  },
);

it('M-23: needs a key to sign with, unless records are not verified', () => {
  const byDefault = { ...given, TENANT_PROOF: '' };
  expect(() => readConfig(gatewaySettings, byDefault)).toThrow(
    /FLEET_PROOF_KEY_ID is missing.*\n.*FLEET_PROOF_PRIVATE_KEY is missing: expected an Ed25519 private key in PEM, because TENANT_PROOF is signature/,
  );
  const privateKey = generateKeyPairSync('ed25519')
    .privateKey.export({ format: 'pem', type: 'pkcs8' })
    .toString();
  const signing = { FLEET_PROOF_KEY_ID: 'fleet.1', FLEET_PROOF_PRIVATE_KEY: privateKey };
  expect(readConfig(gatewaySettings, { ...byDefault, ...signing })).toMatchObject({
    TENANT_PROOF: 'signature',
  });
  expect(() => readConfig(gatewaySettings, { ...byDefault, ...signing, FLEET_PROOF_KEY_ID: 'acme' })).toThrow(
    /FLEET_PROOF_KEY_ID is not valid/,
  );
});
