import { z } from 'zod';

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

/** One of some words. */
export function oneOf<const T extends readonly [string, ...string[]]>(words: T) {
  return z.enum(words, { error: `one of ${words.join(', ')}` });
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

/** The log and its schemas. */
export const kafkaSettings = {
  KAFKA_BROKERS: brokerList,
  SCHEMA_REGISTRY_URL: urlOf(['http', 'https']),
};

export const databaseSettings = {
  DATABASE_URL: urlOf(['postgres', 'postgresql']),
  DATABASE_POOL_SIZE: wholeNumber(1, 100).default(4),
};

export const objectSettings = {
  S3_ENDPOINT: urlOf(['http', 'https']),
  S3_REGION: text('the region of the bucket').default('us-east-1'),
  S3_BUCKET: text('the name of a bucket').min(3, 'the name of a bucket'),
  AWS_ACCESS_KEY_ID: text('an access key').min(1, 'an access key'),
  AWS_SECRET_ACCESS_KEY: text('a secret access key').min(1, 'a secret access key'),
  S3_FORCE_PATH_STYLE: flag().default(true),
};

export const cacheSettings = {
  REDIS_URL: urlOf(['redis', 'rediss']).optional(),
};

/** Where a process answers `/health`, `/ready` and `/metrics`, and the gateway its API. Port 0 takes a free one. */
export const httpSettings = {
  HTTP_HOST: text('an address to listen on').default('0.0.0.0'),
  HTTP_PORT: wholeNumber(0, 65_535).default(8080),
};

export const modelSettings = {
  MODELS_DIR: text('the folder of the models').min(1, 'the folder of the models'),
};
