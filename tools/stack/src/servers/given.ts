import type { Environment } from '../command.ts';
import { serverNames, type ServerName } from '../names.ts';
import { Problem } from '../problem.ts';
import { acceptsTcp } from './probe.ts';

/** Variable that names a running server to use instead of starting one. */
const serverVariables: Readonly<Record<ServerName, string>> = {
  kafka: 'KAFKA_BROKERS',
  registry: 'SCHEMA_REGISTRY_URL',
  postgres: 'DATABASE_URL',
  redis: 'REDIS_URL',
  s3: 'S3_ENDPOINT',
};

export type GivenServers = Readonly<Partial<Record<ServerName, string>>>;

/** The servers that the environment names. @throws Problem when an S3 endpoint comes without its keys. */
export function givenServers(environment: Environment): GivenServers {
  const given: Partial<Record<ServerName, string>> = {};
  for (const name of serverNames) {
    const value = environment[serverVariables[name]];
    if (value !== undefined && value !== '') given[name] = value;
  }
  const keys = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].filter((name) => !environment[name]);
  if (given.s3 !== undefined && keys.length > 0) {
    throw new Problem(`S3_ENDPOINT is set, so ${keys.join(' and ')} must be set too.`);
  }
  return given;
}

/** @throws Problem naming every given server at whose address nobody listens. */
export async function checkGivenServers(given: GivenServers): Promise<void> {
  const silent: string[] = [];
  for (const name of serverNames) {
    const value = given[name];
    if (value === undefined) continue;
    const addresses = listenersOf(value);
    const answers = await Promise.all(addresses.map(({ host, port }) => acceptsTcp(host, port)));
    if (!answers.includes(true)) silent.push(`  - ${serverVariables[name]}=${withoutPassword(value)}`);
  }
  if (silent.length > 0)
    throw new Problem(
      [
        'No server answers at these addresses of the environment; start it, or unset the variable:',
        ...silent,
      ].join('\n'),
    );
}

const defaultPorts: Readonly<Record<string, number>> = {
  'http:': 80,
  'https:': 443,
  'postgres:': 5432,
  'postgresql:': 5432,
  'redis:': 6379,
  'rediss:': 6379,
};

/** Host and port of a URL, or of each entry of a list `host:port,host:port`; empty for what is neither. */
export function listenersOf(address: string): { host: string; port: number }[] {
  const entries = address.includes('://')
    ? [address]
    : address.split(',').map((each) => `tcp://${each.trim()}`);
  return entries
    .filter((entry) => URL.canParse(entry))
    .map((entry) => {
      const url = new URL(entry);
      return { host: url.hostname, port: Number(url.port) || (defaultPorts[url.protocol] ?? 0) };
    });
}

export function withoutPassword(address: string): string {
  return address.replace(/(:\/\/[^:@/]*):[^@/]*@/, '$1:***@');
}
