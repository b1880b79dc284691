import { describe, expect, it } from 'vitest';
import { connectionProblems } from './connection-rules.ts';

const none: readonly string[] = [];

describe('connectionProblems', () => {
  it.each([
    { DATABASE_URL: 'postgres://user:secret@127.0.0.1/db', REDIS_URL: 'redis://:secret@localhost' },
    { DATABASE_URL: 'postgres://user:secret@db.example/db', DATABASE_TLS: true },
    { DATABASE_URL: 'postgres://user:secret@db.example/db?sslmode=verify-full' },
    { DATABASE_URL: 'postgres://user:secret@db.example/db?ssl=true' },
    { DATABASE_URL: 'postgres://user@db.example/db' },
    { DATABASE_URL: 'postgres://user:secret@db.example/db', PLAINTEXT_CONNECTIONS: 'allow' },
    { REDIS_URL: 'rediss://:secret@cache.example', S3_ENDPOINT: 'https://store.example' },
    { KAFKA_BROKERS: ['one.example:9092'] },
    {
      KAFKA_BROKERS: ['one.example:9092'],
      KAFKA_TLS: true,
      KAFKA_SASL_MECHANISM: 'PLAIN',
      KAFKA_SASL_USERNAME: 'ocr',
      KAFKA_SASL_PASSWORD: 'secret',
    },
  ])('accepts %j', (settings) => {
    expect(connectionProblems(settings)).toEqual(none);
  });

  it('refuses passwords and documents on a network in the clear, without naming them', () => {
    const problems = connectionProblems({
      DATABASE_URL: 'postgres://user:secret@db.example/db',
      REDIS_URL: 'redis://:secret@cache.example',
      S3_ENDPOINT: 'http://store.example',
      KAFKA_BROKERS: ['127.0.0.1:9092', 'one.example:9092'],
      KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
      KAFKA_SASL_USERNAME: 'ocr',
      KAFKA_SASL_PASSWORD: 'secret',
    });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'DATABASE_URL',
      'REDIS_URL',
      'S3_ENDPOINT',
      'KAFKA_SASL_MECHANISM',
    ]);
    expect(problems.join('\n')).not.toMatch(/secret|example/);
  });

  it('takes sslmode=disable and a name that only begins like the loopback for the clear', () => {
    expect(connectionProblems({ DATABASE_URL: 'postgres://u:p@db.example/db?sslmode=disable' })).toHaveLength(
      1,
    );
    expect(connectionProblems({ DATABASE_URL: 'postgres://u:p@127.0.0.1.example/db' })).toHaveLength(1);
  });

  it('looks at the host that the driver takes', () => {
    const url = 'postgres://u:p@127.0.0.1/db?host=db.example';
    expect(connectionProblems({ DATABASE_URL: url })).toHaveLength(1);
  });

  it('refuses a certificate that is not checked', () => {
    expect(connectionProblems({ DATABASE_URL: 'postgres://u:p@127.0.0.1/db?sslmode=no-verify' })).toEqual([
      'DATABASE_URL must not have sslmode=no-verify: set DATABASE_TLS_CA_FILE instead',
    ]);
  });

  it('sends a password or a token only over TLS, also on this machine', () => {
    const plain = { KAFKA_SASL_MECHANISM: 'PLAIN', KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: 'p' };
    expect(connectionProblems({ KAFKA_BROKERS: ['127.0.0.1:1'], ...plain })).toEqual([
      'KAFKA_SASL_MECHANISM PLAIN and OAUTHBEARER need TLS: set KAFKA_TLS to true',
    ]);
  });

  it('names what a mechanism lacks, and credentials without a mechanism', () => {
    expect(connectionProblems({ KAFKA_SASL_MECHANISM: 'OAUTHBEARER', KAFKA_TLS: true })).toEqual([
      'KAFKA_OAUTH_TOKEN_URL is missing: KAFKA_SASL_MECHANISM needs it',
      'KAFKA_OAUTH_CLIENT_ID is missing: KAFKA_SASL_MECHANISM needs it',
      'KAFKA_OAUTH_CLIENT_SECRET is missing: KAFKA_SASL_MECHANISM needs it',
    ]);
    expect(connectionProblems({ KAFKA_SASL_USERNAME: 'ocr', KAFKA_SASL_PASSWORD: 'secret' })).toEqual([
      'KAFKA_SASL_MECHANISM is missing: KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD need it',
    ]);
  });

  it('refuses TLS settings that would have no effect', () => {
    expect(
      connectionProblems({
        KAFKA_TLS: false,
        KAFKA_TLS_CA_FILE: 'pem',
        S3_ENDPOINT: 'http://127.0.0.1:1',
        S3_TLS_CA_FILE: 'pem',
        HTTP_TLS_CERT_FILE: 'certificate.pem',
      }),
    ).toEqual([
      'HTTP_TLS_CERT_FILE and HTTP_TLS_KEY_FILE belong together: set both or none',
      'S3_TLS_ settings need S3_ENDPOINT to start with https://',
      'KAFKA_TLS_ settings need KAFKA_TLS not to be false',
    ]);
  });
});
