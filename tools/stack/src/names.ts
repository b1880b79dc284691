import { stageNames } from '@docfleet/domain';

/** The servers of the stack. */
export const serverNames = ['kafka', 'registry', 'postgres', 'redis', 's3'] as const;
export type ServerName = (typeof serverNames)[number];

/** The services of the fleet, in the order they are started. */
export const serviceNames = ['gateway', ...stageNames, 'ledger', 'retention', 'webhooks'] as const;
export type ServiceName = (typeof serviceNames)[number];

/**
 * Ports whose process also listens on the port plus 10,000 (SeaweedFS keeps its gRPC there), so they stay
 * below 55,536 and both must be free.
 */
const pairedPorts = ['s3', 's3-master', 's3-volume', 's3-filer'] as const;

export const portNames = [
  'kafka',
  'kafka-controller',
  'registry',
  'registry-management',
  'postgres',
  'redis',
  ...pairedPorts,
  ...serviceNames,
] as const;
export type PortName = (typeof portNames)[number];

export function isPaired(name: PortName): boolean {
  return (pairedPorts as readonly string[]).includes(name);
}

/** Variable that fixes a port: `DOCFLEET_PORT_GATEWAY`, `DOCFLEET_PORT_S3_MASTER`. */
export function portVariable(name: PortName): string {
  return `DOCFLEET_PORT_${name.toUpperCase().replaceAll('-', '_')}`;
}
