import type { ServerName } from '../names.ts';
import type { Ports } from '../ports.ts';
import type { Secrets } from '../state.ts';

/** What clients connect to, for a server on the instance's own ports. */
export function addressOf(name: ServerName, ports: Ports, secrets: Secrets): string {
  const host = '127.0.0.1';
  switch (name) {
    case 'kafka':
      return `${host}:${ports.kafka}`;
    case 'registry':
      return `http://${host}:${ports.registry}/apis/ccompat/v7`;
    case 'postgres':
      return `postgres://docfleet:${secrets.postgresPassword}@${host}:${ports.postgres}/docfleet`;
    case 'redis':
      return `redis://:${secrets.redisPassword}@${host}:${ports.redis}`;
    case 's3':
      return `http://${host}:${ports.s3}`;
  }
}
