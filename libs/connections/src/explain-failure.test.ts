import { describe, expect, it } from 'vitest';
import { explainFailure, type NamedServer } from './explain-failure.ts';

const server: NamedServer = {
  name: 'Postgres',
  address: 'db.example:5432',
  prefix: 'DATABASE',
  credentials: 'user and password in DATABASE_URL',
};

const failure = (code: string, message = 'text'): Error => Object.assign(new Error(message), { code });

describe('explainFailure', () => {
  it.each([
    [failure('SELF_SIGNED_CERT_IN_CHAIN'), 'DATABASE_TLS_CA_FILE'],
    [failure('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'DATABASE_TLS_CA_FILE'],
    [failure('ERR_TLS_CERT_ALTNAME_INVALID'), 'DATABASE_TLS_SERVER_NAME'],
    [failure('CERTIFICATE_NOT_PINNED'), 'DATABASE_TLS_PIN_SHA256'],
    [failure('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'), 'DATABASE_TLS_CERT_FILE'],
    [failure('ERR_SSL_WRONG_VERSION_NUMBER'), 'does not speak TLS'],
    [new Error('The server does not support SSL connections'), 'does not speak TLS'],
    [failure('28P01', 'password authentication failed for user "ocr"'), 'user and password in DATABASE_URL'],
    ['SASL SCRAM SHA512 authentication failed: Authentication failed', 'refuses the credentials'],
    ['Not authorized to access topics: [Topic authorization failed]', 'npm run deploy -- --acls'],
    ['Connection error: self-signed certificate in certificate chain', 'DATABASE_TLS_CA_FILE'],
  ])('says of %s what to do: %s', (error, todo) => {
    const line = explainFailure(server, error);
    expect(line).toContain('Postgres at db.example:5432 cannot be used: ');
    expect(line).toContain(todo);
  });

  it('finds the cause below others, and repeats nothing of their texts', () => {
    const error = new Error('outer', { cause: new Error('secret', { cause: failure('CERT_HAS_EXPIRED') }) });
    expect(explainFailure(server, error)).toBe(
      'Postgres at db.example:5432 cannot be used: its certificate has expired. Renew the certificate of the server.',
    );
  });

  it.each([undefined, null, 7, 'connect ECONNREFUSED', new Error('timeout'), failure('ECONNRESET')])(
    'has nothing to say of %s',
    (error) => {
      expect(explainFailure(server, error)).toBeUndefined();
    },
  );
});
