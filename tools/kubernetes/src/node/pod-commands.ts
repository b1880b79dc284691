import type { V1Container, V1Pod } from '@kubernetes/client-node';
import { containerEnvironment, type ConfigSources } from './environment.ts';
import { expandVariables, mapPaths, type Mount } from './expand.ts';
import { portVariables, type ImageRun } from './images.ts';

export interface CommandOf {
  readonly pod: V1Pod;
  readonly container: V1Container;
  readonly sources: ConfigSources;
  readonly image: ImageRun;
  readonly mounts: readonly Mount[];
  /** Port of this machine by port of the container. */
  readonly ports: ReadonlyMap<number, number>;
}

/** A container listens at every address of its own network; here that would be every network of this machine. */
const everywhere = '0.0.0.0';
const loopback = '127.0.0.1';

/** What is run for a container, with its paths and ports replaced by those of this machine. @throws ConfigMissing */
export function commandOf({ pod, container, sources, image, mounts, ports }: CommandOf): {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
} {
  const declared = containerEnvironment({ pod, container, sources });
  const { command = [], args = [] } = container;
  const whole = [...(command.length > 0 ? command : image.command), ...args];
  const mapped = Object.entries(declared).map(
    ([name, value]) => [name, value === everywhere ? loopback : mapPaths(value, mounts)] as const,
  );
  return {
    command: whole.map((part) => mapPaths(expandVariables(part, declared), mounts)),
    environment: {
      ...image.environment,
      ...temporaryFolder(mounts),
      ...Object.fromEntries(mapped),
      ...ownPorts(container, ports),
    },
  };
}

/** A mount at /tmp is found by programs through this variable. */
function temporaryFolder(mounts: readonly Mount[]): Readonly<Record<string, string>> {
  const mount = mounts.find(({ mountPath }) => mountPath === '/tmp');
  return mount === undefined ? {} : { TMPDIR: mount.folder };
}

/** All pods share one network, so each has ports of its own. */
function ownPorts(
  container: V1Container,
  ports: ReadonlyMap<number, number>,
): Readonly<Record<string, string>> {
  const entries = (container.ports ?? []).flatMap(({ name = '', containerPort }) => {
    const variable = portVariables[name];
    const port = ports.get(containerPort);
    return variable === undefined || port === undefined ? [] : [[variable, String(port)] as const];
  });
  return Object.fromEntries(entries);
}
