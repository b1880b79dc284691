import {
  databaseUsesTls,
  kafkaUsesTls,
  tlsMaterialOf,
  type cacheSettings,
  type databaseConnectionSettings,
  type DatabaseUrlName,
  type httpSettings,
  type kafkaSettings,
  type objectSettings,
} from '@docfleet/config';
import type { z } from 'zod';
import { clientTls, type ClientTls } from './client-tls.ts';
import type { ConnectionProblems } from './connection-problems.ts';
import type { NamedServer } from './explain-failure.ts';
import { fetchWithTls } from './fetch-with-tls.ts';
import { oauthTokens } from './oauth-token.ts';
import { serverTls, type ServerTls } from './server-tls.ts';

type Parsed<S extends z.ZodRawShape> = Omit<z.infer<z.ZodObject<S>>, 'PLAINTEXT_CONNECTIONS'>;

/** Settings of the brokers and the schema registry, checked. */
export type KafkaSettings = Parsed<typeof kafkaSettings>;

/** How a process proves to the brokers who it is. */
export type KafkaSasl =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      readonly password: string;
    }
  | { readonly mechanism: 'oauthbearer'; readonly token: () => Promise<string> };

/** How a client connects to one server, and where it reports failures of its calls. */
export interface Connection {
  readonly tls?: ClientTls;
  readonly onFailure?: (error: unknown) => void;
}

/** How a client connects to the brokers. */
export interface KafkaConnection extends Connection {
  readonly brokers: readonly string[];
  readonly sasl?: KafkaSasl;
}

/** Takes failures of all servers of a process. */
type Problems = Pick<ConnectionProblems, 'reporterOf'>;

/** The brokers, from checked settings. */
export function kafkaConnection(settings: KafkaSettings, problems?: Problems): KafkaConnection {
  const sasl = saslOf(settings, problems);
  const server: NamedServer = {
    name: 'Kafka',
    address: settings.KAFKA_BROKERS.join(','),
    prefix: 'KAFKA',
    credentials: 'KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD',
  };
  const tls = kafkaUsesTls(settings) ? clientTls(tlsMaterialOf(settings, 'KAFKA')) : undefined;
  return { brokers: settings.KAFKA_BROKERS, ...connection(server, tls, problems), ...(sasl && { sasl }) };
}

/** The schema registry. */
export function registryConnection(
  settings: Pick<KafkaSettings, 'SCHEMA_REGISTRY_URL'>,
  problems?: Problems,
): Connection & { readonly url: string } {
  const url = settings.SCHEMA_REGISTRY_URL;
  const server: NamedServer = {
    name: 'The schema registry',
    address: hostOf(url),
    prefix: 'SCHEMA_REGISTRY',
    credentials: 'SCHEMA_REGISTRY_URL',
  };
  return { url, ...connection(server, urlTls(settings, 'SCHEMA_REGISTRY', url), problems) };
}

/** Postgres. */
export function databaseConnection(
  settings: Parsed<typeof databaseConnectionSettings> &
    Readonly<Partial<Record<DatabaseUrlName, string | undefined>>>,
  name: DatabaseUrlName,
  problems?: Problems,
): Connection {
  const server: NamedServer = {
    name: 'Postgres',
    address: hostOf(settings[name] ?? ''),
    prefix: 'DATABASE',
    credentials: `user and password in ${name}`,
  };
  const tls = databaseUsesTls(settings, name) ? clientTls(tlsMaterialOf(settings, 'DATABASE')) : undefined;
  return connection(server, tls, problems);
}

/** Redis. */
export function cacheConnection(settings: Parsed<typeof cacheSettings>, problems?: Problems): Connection {
  const url = settings.REDIS_URL ?? '';
  const server: NamedServer = {
    name: 'Redis',
    address: hostOf(url),
    prefix: 'REDIS',
    credentials: 'user and password in REDIS_URL',
  };
  return connection(server, urlTls(settings, 'REDIS', url), problems);
}

/** The object store, with its bucket and keys. */
export function objectsConnection(settings: Parsed<typeof objectSettings>, problems?: Problems) {
  const server: NamedServer = {
    name: 'The object store',
    address: hostOf(settings.S3_ENDPOINT),
    prefix: 'S3',
    credentials: 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  };
  return {
    endpoint: settings.S3_ENDPOINT,
    region: settings.S3_REGION,
    bucket: settings.S3_BUCKET,
    accessKeyId: settings.AWS_ACCESS_KEY_ID,
    secretAccessKey: settings.AWS_SECRET_ACCESS_KEY,
    forcePathStyle: settings.S3_FORCE_PATH_STYLE,
    ...connection(server, urlTls(settings, 'S3', settings.S3_ENDPOINT), problems),
  };
}

/** TLS of this process' own HTTP server; undefined for plain HTTP. @throws Error when a file cannot be read */
export function httpTls(settings: Parsed<typeof httpSettings>): ServerTls | undefined {
  const { HTTP_TLS_CERT_FILE: cert, HTTP_TLS_KEY_FILE: key, HTTP_TLS_CLIENT_CA_FILE: clientCa } = settings;
  return cert === undefined || key === undefined ? undefined : serverTls({ cert, key, clientCa });
}

function saslOf(settings: KafkaSettings, problems: Problems | undefined): KafkaSasl | undefined {
  const mechanism = settings.KAFKA_SASL_MECHANISM;
  switch (mechanism) {
    case undefined:
      return undefined;
    case 'PLAIN':
    case 'SCRAM-SHA-256':
    case 'SCRAM-SHA-512':
      return {
        mechanism: mechanism.toLowerCase() as Lowercase<typeof mechanism>,
        username: settings.KAFKA_SASL_USERNAME ?? '',
        password: settings.KAFKA_SASL_PASSWORD ?? '',
      };
    case 'OAUTHBEARER':
      return { mechanism: 'oauthbearer', token: tokensOf(settings, problems) };
  }
}

function tokensOf(settings: KafkaSettings, problems: Problems | undefined): () => Promise<string> {
  const tokenUrl = settings.KAFKA_OAUTH_TOKEN_URL ?? '';
  const server: NamedServer = {
    name: 'The token endpoint of KAFKA_OAUTH_TOKEN_URL',
    address: hostOf(tokenUrl),
    prefix: 'KAFKA_OAUTH',
    credentials: 'KAFKA_OAUTH_CLIENT_ID and KAFKA_OAUTH_CLIENT_SECRET',
  };
  const client = {
    tokenUrl,
    clientId: settings.KAFKA_OAUTH_CLIENT_ID ?? '',
    clientSecret: settings.KAFKA_OAUTH_CLIENT_SECRET ?? '',
    scope: settings.KAFKA_OAUTH_SCOPE,
  };
  return oauthTokens(client, {
    fetch: fetchWithTls(urlTls(settings, 'KAFKA_OAUTH', tokenUrl)),
    now: Date.now,
    ...(problems && { onFailure: problems.reporterOf(server) }),
  });
}

function connection(
  server: NamedServer,
  tls: ClientTls | undefined,
  problems: Problems | undefined,
): Connection {
  return { ...(tls && { tls }), ...(problems && { onFailure: problems.reporterOf(server) }) };
}

/** Whatever the port, TLS is used exactly when the scheme says so. */
function urlTls(settings: object, prefix: string, url: string): ClientTls | undefined {
  return /^(https|rediss):/.test(url) ? clientTls(tlsMaterialOf(settings, prefix)) : undefined;
}

/** `host:port`; a URL's user and password stay out of messages. */
function hostOf(url: string): string {
  return URL.parse(url)?.host ?? '';
}
