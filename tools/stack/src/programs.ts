import { documentClasses, parsePools, type Pool } from '@docfleet/contracts';
import type { Environment } from './command.ts';
import type { ServiceName } from './names.ts';
import { Problem } from './problem.ts';

/** A process of the fleet. */
export interface Program {
  /** Name in logs and endpoints: that of the service, and `extraction-<pool>` for a pool's process. */
  readonly name: string;
  readonly service: ServiceName;
  readonly port: number;
  /** Settings of this process alone. */
  readonly environment: Environment;
}

/** The pools that an environment names. @throws Problem when they make no sense */
export function poolsOf({ EXTRACTION_POOLS: text = '' }: Environment): readonly Pool[] {
  const parsed = parsePools(
    text,
    documentClasses.map(({ name }) => name),
  );
  if ('problem' in parsed) throw new Problem(`EXTRACTION_POOLS is not valid: expected ${parsed.problem}`);
  return parsed.pools;
}

/** One process a service, and one of extraction more for each pool; `poolPorts` has a port for each. */
export function programsOf(options: {
  readonly services: readonly ServiceName[];
  readonly ports: Readonly<Record<ServiceName, number>>;
  readonly pools: readonly Pool[];
  readonly poolPorts: readonly number[];
}): readonly Program[] {
  const { services, ports, pools, poolPorts } = options;
  return services.flatMap((service): Program[] => {
    const own: Program = { name: service, service, port: ports[service], environment: {} };
    if (service !== 'extraction') return [own];
    const inPools = pools.flatMap(({ name }, index): Program[] => {
      const port = poolPorts[index];
      if (port === undefined) return [];
      return [{ name: `extraction-${name}`, service, port, environment: { EXTRACTION_POOL: name } }];
    });
    return [own, ...inPools];
  });
}

/** Where a process of the fleet answers. */
export function urlOf({ port }: Pick<Program, 'port'>): string {
  return `http://127.0.0.1:${port}`;
}
