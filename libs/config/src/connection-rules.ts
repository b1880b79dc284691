import { tlsMaterialOf } from './tls-settings.ts';

/** Parsed settings of a process, by name; those that it does not have are absent. */
type Settings = Readonly<Record<string, unknown>>;

/** Prefixes of TLS settings, with the setting whose scheme decides whether the connection is encrypted. */
const urls = [
  { prefix: 'SCHEMA_REGISTRY', url: 'SCHEMA_REGISTRY_URL', secure: 'https' },
  { prefix: 'S3', url: 'S3_ENDPOINT', secure: 'https' },
  { prefix: 'REDIS', url: 'REDIS_URL', secure: 'rediss' },
  { prefix: 'KAFKA_OAUTH', url: 'KAFKA_OAUTH_TOKEN_URL', secure: 'https' },
] as const;

/** The logins of Postgres: they share the TLS settings with the prefix `DATABASE`. */
const databaseUrls = [
  'DATABASE_URL',
  'DATABASE_REQUEST_URL',
  'DATABASE_PIPELINE_URL',
  'DATABASE_OPERATOR_URL',
  'DATABASE_RETENTION_URL',
  'DATABASE_WEBHOOKS_URL',
] as const;
export type DatabaseUrlName = (typeof databaseUrls)[number];

/** Ways of `sslmode` in a Postgres URL that encrypt and verify the server. */
const verifiedModes = new Set(['require', 'verify-ca', 'verify-full']);

/**
 * Rules across the settings of connections, for those that a process has: a message for each that is broken. They hold
 * no values.
 */
export function connectionProblems(settings: Settings): string[] {
  return [
    ...certificateProblems(settings),
    ...schemeProblems(settings),
    ...saslProblems(settings),
    ...(settings['PLAINTEXT_CONNECTIONS'] === 'allow' ? [] : plaintextProblems(settings)),
  ];
}

/** Whether a parsed URL of Postgres, with the settings beside it, is connected to with TLS. */
export function databaseUsesTls(settings: Settings, name: DatabaseUrlName): boolean {
  return (
    settings['DATABASE_TLS'] === true ||
    tlsMaterialOf(settings, 'DATABASE') !== undefined ||
    verifiedModes.has(parameterOf(settings[name], 'sslmode') ?? '') ||
    ['true', '1'].includes(parameterOf(settings[name], 'ssl') ?? '')
  );
}

/** Whether the brokers are connected to with TLS. */
export function kafkaUsesTls(settings: Settings): boolean {
  return settings['KAFKA_TLS'] === true || tlsMaterialOf(settings, 'KAFKA') !== undefined;
}

function certificateProblems(settings: Settings): string[] {
  return ['KAFKA', 'DATABASE', ...urls.map(({ prefix }) => prefix), 'HTTP'].flatMap((prefix) => {
    const [cert, key] = [`${prefix}_TLS_CERT_FILE`, `${prefix}_TLS_KEY_FILE`];
    const given = [cert, key].filter((name) => settings[name] !== undefined);
    return given.length === 1 ? [`${cert} and ${key} belong together: set both or none`] : [];
  });
}

function schemeProblems(settings: Settings): string[] {
  const problems = urls.flatMap(({ prefix, url, secure }) => {
    const scheme = URL.parse(textOf(settings[url]))?.protocol.slice(0, -1);
    if (scheme === undefined || scheme === secure) return [];
    return tlsMaterialOf(settings, prefix) === undefined
      ? []
      : [`${prefix}_TLS_ settings need ${url} to start with ${secure}://`];
  });
  if (settings['KAFKA_TLS'] === false && tlsMaterialOf(settings, 'KAFKA') !== undefined)
    problems.push('KAFKA_TLS_ settings need KAFKA_TLS not to be false');
  if (settings['DATABASE_TLS'] === false && tlsMaterialOf(settings, 'DATABASE') !== undefined)
    problems.push('DATABASE_TLS_ settings need DATABASE_TLS not to be false');
  for (const name of databaseUrls)
    if (parameterOf(settings[name], 'sslmode') === 'no-verify')
      problems.push(`${name} must not have sslmode=no-verify: set DATABASE_TLS_CA_FILE instead`);
  return problems;
}

function saslProblems(settings: Settings): string[] {
  const mechanism = settings['KAFKA_SASL_MECHANISM'];
  const passwordNames = ['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'];
  const oauthNames = ['KAFKA_OAUTH_TOKEN_URL', 'KAFKA_OAUTH_CLIENT_ID', 'KAFKA_OAUTH_CLIENT_SECRET'];
  if (mechanism === undefined) {
    const given = [...passwordNames, ...oauthNames].filter((name) => settings[name] !== undefined);
    return given.length > 0 ? [`KAFKA_SASL_MECHANISM is missing: ${given.join(', ')} need it`] : [];
  }
  const needed = mechanism === 'OAUTHBEARER' ? oauthNames : passwordNames;
  const missing = needed.filter((name) => settings[name] === undefined);
  const problems = missing.map((name) => `${name} is missing: KAFKA_SASL_MECHANISM needs it`);
  const sendsSecret = mechanism === 'PLAIN' || mechanism === 'OAUTHBEARER';
  if (sendsSecret && !kafkaUsesTls(settings))
    problems.push('KAFKA_SASL_MECHANISM PLAIN and OAUTHBEARER need TLS: set KAFKA_TLS to true');
  return problems;
}

const otherwise = 'or set PLAINTEXT_CONNECTIONS to allow';

/** Credentials and documents must not cross a network that others can read. */
function plaintextProblems(settings: Settings): string[] {
  const problems: string[] = [];
  for (const name of databaseUrls) {
    const url = URL.parse(textOf(settings[name]));
    const host = parameterOf(settings[name], 'host') ?? url?.hostname;
    if (hasPassword(url) && !isLoopback(host) && !databaseUsesTls(settings, name))
      problems.push(
        `${name} has a password and the connection would not be encrypted: set DATABASE_TLS to true or DATABASE_TLS_CA_FILE, ${otherwise}`,
      );
  }
  const redis = URL.parse(textOf(settings['REDIS_URL']));
  if (redis?.protocol === 'redis:' && hasPassword(redis) && !isLoopback(redis.hostname))
    problems.push(
      `REDIS_URL has a password and the connection would not be encrypted: use rediss://, ${otherwise}`,
    );
  for (const name of ['S3_ENDPOINT', 'KAFKA_OAUTH_TOKEN_URL']) {
    const url = URL.parse(textOf(settings[name]));
    if (url?.protocol === 'http:' && !isLoopback(url.hostname))
      problems.push(`${name} would not be encrypted: use https://, ${otherwise}`);
  }
  const brokers = Array.isArray(settings['KAFKA_BROKERS']) ? settings['KAFKA_BROKERS'] : [];
  const isRemote = brokers.some((broker) => !isLoopback(URL.parse(`tcp://${String(broker)}`)?.hostname));
  if (settings['KAFKA_SASL_MECHANISM'] !== undefined && isRemote && !kafkaUsesTls(settings))
    problems.push(`KAFKA_SASL_MECHANISM is set without TLS: set KAFKA_TLS to true, ${otherwise}`);
  return problems;
}

/** A parameter of a Postgres URL, as the driver takes it. */
function parameterOf(url: unknown, name: 'host' | 'ssl' | 'sslmode'): string | undefined {
  return URL.parse(textOf(url))?.searchParams.get(name) ?? undefined;
}

function hasPassword(url: URL | null): boolean {
  return url !== null && (url.password !== '' || url.searchParams.has('password'));
}

function isLoopback(host: string | undefined): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host ?? '');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
