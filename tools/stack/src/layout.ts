import { join } from 'node:path';

/**
 * `local` is what `npm start` runs, with data that stay; `test` is what `npm test` runs, with data that it removes, as `npm run chaos` does
 * with `chaos`, `npm run bench` with `bench` and `npm run test:k8s` with `kubernetes`.
 */
export type InstanceName = 'local' | 'test' | 'chaos' | 'bench' | 'kubernetes';

/** Every path the stack uses, all below `.docfleet` in the repository. */
export interface Layout {
  readonly instance: InstanceName;
  /** Root of the repository. */
  readonly root: string;
  /** Everything of this instance. */
  readonly folder: string;
  readonly data: string;
  readonly logs: string;
  /** Ports and secrets, which later starts reuse. */
  readonly stateFile: string;
  /** What runs now, so that a later start or `npm stop` can end it. */
  readonly processesFile: string;
  readonly lockFile: string;
  /** Which sources run now, and since when. */
  readonly startedFile: string;
  /** Addresses for people, tests and other tools. */
  readonly endpointsFile: string;
  /** Downloaded servers and models, shared by the instances. */
  readonly servers: string;
  readonly models: string;
  /** Weights that were published to this instance. */
  readonly weights: string;
  readonly samples: string;
}

export function layoutOf(root: string, instance: InstanceName): Layout {
  const base = join(root, '.docfleet');
  const folder = join(base, instance);
  return {
    instance,
    root,
    folder,
    data: join(folder, 'data'),
    logs: join(folder, 'logs'),
    stateFile: join(folder, 'state.json'),
    processesFile: join(folder, 'processes.json'),
    lockFile: join(folder, 'lock'),
    startedFile: join(folder, 'started.json'),
    endpointsFile: instance === 'local' ? join(base, 'endpoints.json') : join(folder, 'endpoints.json'),
    servers: join(base, 'servers'),
    models: join(base, 'models'),
    weights: join(instance === 'local' ? base : folder, 'weights'),
    samples: join(base, 'samples'),
  };
}
