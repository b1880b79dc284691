import { isIP } from 'node:net';
import { intakePresetNames } from '@docfleet/adaptive-intake';
import { parseSourceGrants, runExpiryMs, type SourceGrant } from '@docfleet/domain';
import { parseAllowedHosts, parseSecretKeys, type EgressRule, type SecretKey } from '@docfleet/webhook-rules';
import { z } from 'zod';
import { readableFile, tlsSettings } from './tls-settings.ts';

/*
 * Settings that several services share, by the name of their environment variable. A service spreads the groups it
 * needs into its own `z.object({ ... })`. Every message is the end of the sentence "expected ...".
 */

const hostAndPort = /^[^\s:,/]+:\d{1,5}$/;

function text(expected: string): z.ZodString {
  return z.string({ error: expected }).trim();
}

/** A whole number within bounds, both included. */
export function wholeNumber(min: number, max: number) {
  const expected = `a whole number from ${min} to ${max}`;
  return text(expected)
    .refine((value) => /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max, expected)
    .transform(Number);
}

/** An amount of money or the like: a decimal number that is not negative. */
export function amount() {
  const expected = 'a number such as 0.05';
  return text(expected)
    .refine((value) => /^\d{1,12}(\.\d{1,9})?$/.test(value), expected)
    .transform(Number);
}

/** One of some words. */
export function oneOf<const T extends readonly [string, ...string[]]>(words: T) {
  return z.enum(words, { error: `one of ${words.join(', ')}` });
}

/** Some of given words, separated by commas. */
export function someOf<const T extends readonly [string, ...string[]]>(words: T) {
  const expected = `some of ${words.join(', ')}, separated by commas`;
  return text(expected)
    .transform((value) => value.split(',').map((word) => word.trim()))
    .pipe(z.array(z.enum(words), { error: expected }));
}

/** A switch: `true` or `false`. */
export function flag() {
  return oneOf(['true', 'false']).transform((value) => value === 'true');
}

/** A URL with one of the given schemes. */
export function urlOf(schemes: readonly string[]) {
  const expected = `a URL starting with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`;
  return text(expected).refine((value) => {
    const url = URL.parse(value);
    return url !== null && schemes.includes(url.protocol.slice(0, -1)) && url.host !== '';
  }, expected);
}

const addresses = 'IP addresses or networks such as 10.0.0.0/8, separated by commas';

/** IP addresses and networks in CIDR notation, separated by commas. */
export const addressList = text(addresses)
  .transform((value) => value.split(',').map((address) => address.trim()))
  .refine((list) => list.every(isAddressOrNetwork), { error: addresses });

function isAddressOrNetwork(value: string): boolean {
  const [address = '', length, ...more] = value.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (version === 4 ? 32 : 128));
}

/** `host:port`, separated by commas. */
export const brokerList = text('brokers as host:port, separated by commas')
  .transform((value) => value.split(',').map((broker) => broker.trim()))
  .refine((brokers) => brokers.every((broker) => hostAndPort.test(broker)), {
    error: 'brokers as host:port, separated by commas',
  });

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** What every process has: log, region, partition counts, and where traces go. */
export const processSettings = {
  LOG_LEVEL: oneOf(logLevels).default('info'),
  REGION: text('the name of the region')
    .regex(/^[a-z0-9-]{1,64}$/, 'a region name of a-z, 0-9 and dashes')
    .default('local'),
  TOPICS_PRESET: oneOf(['published', 'local']).default('published'),
  OTEL_EXPORTER_OTLP_ENDPOINT: urlOf(['http', 'https']).optional(),
};

/** Ways to prove to the brokers who this process is, by Kafka's names. */
export const saslMechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'] as const;

/**
 * What happens to connections that others on the network could read: refused at the start, unless they stay on this
 * machine.
 */
const plaintextSettings = { PLAINTEXT_CONNECTIONS: oneOf(['refuse', 'allow']).default('refuse') };

/** The log and its schemas. */
export const kafkaSettings = {
  ...plaintextSettings,
  KAFKA_BROKERS: brokerList,
  /** Whether to use TLS; absent: when one of the settings below is given. */
  KAFKA_TLS: flag().optional(),
  ...tlsSettings('KAFKA'),
  KAFKA_SASL_MECHANISM: oneOf(saslMechanisms).optional(),
  KAFKA_SASL_USERNAME: text('a user name').optional(),
  KAFKA_SASL_PASSWORD: text('a password').optional(),
  /** Where a token is fetched with the client credentials, for OAUTHBEARER. */
  KAFKA_OAUTH_TOKEN_URL: urlOf(['http', 'https']).optional(),
  KAFKA_OAUTH_CLIENT_ID: text('the id of a client').optional(),
  KAFKA_OAUTH_CLIENT_SECRET: text('the secret of a client').optional(),
  KAFKA_OAUTH_SCOPE: text('scopes, separated by spaces').optional(),
  ...tlsSettings('KAFKA_OAUTH'),
  SCHEMA_REGISTRY_URL: urlOf(['http', 'https']),
  ...tlsSettings('SCHEMA_REGISTRY'),
};

/** How Postgres is connected to, whoever logs in. */
export const databaseConnectionSettings = {
  ...plaintextSettings,
  /** Whether to use TLS; absent: when one of the settings below, or `sslmode` of the URL, says so. */
  DATABASE_TLS: flag().optional(),
  ...tlsSettings('DATABASE'),
  DATABASE_POOL_SIZE: wholeNumber(1, 100).default(4),
};

/** The login that owns the tables: for the deploy step, not for services. */
export const databaseOwnerSettings = {
  DATABASE_URL: urlOf(['postgres', 'postgresql']),
};

/** The logins of the roles that services act as (docs/database.md); a service takes those it needs. */
export const databaseRoleSettings = {
  DATABASE_REQUEST_URL: urlOf(['postgres', 'postgresql']),
  DATABASE_PIPELINE_URL: urlOf(['postgres', 'postgresql']),
  DATABASE_OPERATOR_URL: urlOf(['postgres', 'postgresql']),
  DATABASE_RETENTION_URL: urlOf(['postgres', 'postgresql']),
  DATABASE_WEBHOOKS_URL: urlOf(['postgres', 'postgresql']),
};

export const objectSettings = {
  ...plaintextSettings,
  S3_ENDPOINT: urlOf(['http', 'https']),
  S3_REGION: text('the region of the bucket').default('us-east-1'),
  S3_BUCKET: text('the name of a bucket').min(3, 'the name of a bucket'),
  AWS_ACCESS_KEY_ID: text('an access key').min(1, 'an access key'),
  AWS_SECRET_ACCESS_KEY: text('a secret access key').min(1, 'a secret access key'),
  S3_FORCE_PATH_STYLE: flag().default(true),
  ...tlsSettings('S3'),
};

const sourceGrants = 'tenant=bucket or tenant=bucket/folder, separated by commas, where * is every tenant';

/** What submissions may refer to besides their tenant's own uploads; the same at the gateway and at preprocess. */
export const sourceSettings = {
  SOURCE_BUCKETS: text(sourceGrants)
    .transform((value, context): readonly SourceGrant[] => {
      const grants = parseSourceGrants(value);
      if (grants === undefined) context.addIssue(sourceGrants);
      return grants ?? z.NEVER;
    })
    .default([]),
};

/** How long a run may last; the same at the gateway, which may begin a run or its next revision, and at preprocess. */
export const runSettings = {
  /** Time from its acceptance after which a run ends with `RUN_EXPIRED`, in milliseconds. */
  RUN_EXPIRY_MS: wholeNumber(60_000, 7 * runExpiryMs).default(runExpiryMs),
};

/** Base rates of intake: conservative 10, balanced 50, aggressive 200 documents a second (M-20); the same at gateway and preprocess. */
export const intakeSettings = {
  /** Of a tenant. */
  TENANT_INTAKE_PRESET: oneOf(intakePresetNames).default('balanced'),
  /** Of all tenants together. */
  FLEET_INTAKE_PRESET: oneOf(intakePresetNames).default('aggressive'),
};

export const cacheSettings = {
  ...plaintextSettings,
  REDIS_URL: urlOf(['redis', 'rediss']).optional(),
  ...tlsSettings('REDIS'),
};

/**
 * Where a process answers `/health`, `/ready` and `/metrics`, and the gateway its API: nothing outside of the machine
 * reaches it by default. Port 0 takes a free one.
 */
export const httpSettings = {
  HTTP_HOST: text('an address to listen on').default('127.0.0.1'),
  HTTP_PORT: wholeNumber(0, 65_535).default(8080),
  /** Certificate and key of this process, read again when they change; absent: plain HTTP. */
  HTTP_TLS_CERT_FILE: readableFile().optional(),
  HTTP_TLS_KEY_FILE: readableFile().optional(),
  /** Authorities of which every client must show a certificate; absent: clients need none. */
  HTTP_TLS_CLIENT_CA_FILE: readableFile().optional(),
};

export const modelSettings = {
  MODELS_DIR: text('the folder of the models').min(1, 'the folder of the models'),
};

const allowedHosts = 'addresses, networks such as 10.0.0.0/8 and names, separated by commas';
const secretKeys = 'keys as id=base64 of 32 bytes or more, separated by commas';

/** Where webhooks may be sent and how they are signed; the same at the gateway, which takes endpoints, and at webhooks. */
export const webhookSettings = {
  /** Keys that secrets of webhooks are derived from; the first one makes new secrets. */
  WEBHOOK_SECRET_KEYS: text(secretKeys).transform((value, context): readonly SecretKey[] => {
    const keys = parseSecretKeys(value);
    if (keys === undefined) context.addIssue(secretKeys);
    return keys ?? z.NEVER;
  }),
  /** What may be sent to although it is not public. */
  WEBHOOK_ALLOWED_HOSTS: text(allowedHosts)
    .default('')
    .transform((value, context): Pick<EgressRule, 'networks' | 'hosts'> => {
      const allowed = parseAllowedHosts(value);
      if (allowed === undefined) context.addIssue(allowedHosts);
      return allowed ?? z.NEVER;
    }),
  /** Whether addresses may start with http:// as well. */
  WEBHOOK_ALLOW_HTTP: flag().default(false),
  /** Time for which a delivery to an endpoint is tried, in milliseconds. */
  WEBHOOK_EXPIRY_MS: wholeNumber(1_000, 7 * 86_400_000).default(86_400_000),
  /** Time for which a callback is tried, in milliseconds. */
  CALLBACK_EXPIRY_MS: wholeNumber(1_000, 7 * 86_400_000).default(86_400_000),
};
