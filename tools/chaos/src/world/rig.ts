import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  anyFreePorts,
  choosePorts,
  createSecrets,
  databaseRolesAt,
  ensureBucket,
  environmentOf,
  forgetInstance,
  isPortFree,
  runningOf,
  runTool,
  serverNames,
  serviceNames,
  writeRunning,
  type Endpoints,
  type Environment,
  type Layout,
  type Ports,
  type Progress,
  webhookEnvironment,
} from '@docfleet/stack';
import type { SigningKey } from '@docfleet/tenant-proof';
import { leaseMs } from '../feed/reviewers.ts';
import { Control } from './control.ts';
import { Members } from './members.ts';
import { Servers } from './servers.ts';
import { createTenantKeys } from './tenant-keys.ts';

/** Session timeout of consumers, in milliseconds. */
export const sessionTimeoutMs = 6_000;

/** Times of webhooks, in milliseconds, so short that a delivery is tried many times in a run. */
const webhookTimes = {
  WEBHOOK_TIMEOUT_MS: '2000',
  CALLBACK_TIMEOUT_MS: '2000',
  WEBHOOK_FIRST_PAUSE_MS: '200',
  WEBHOOK_LONGEST_PAUSE_MS: '1000',
  WEBHOOK_BREAKER_OPEN_MS: '2000',
};

export interface RigOptions {
  readonly layout: Layout;
  readonly environment: Environment;
  readonly isRoot: boolean;
  readonly brokers: 1 | 3;
  /** Whether documents wait for people whose submissions leave that to the tenant. */
  readonly review: 'always' | 'never';
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Servers, proxies and members of one run, with empty data. */
export interface Rig {
  readonly layout: Layout;
  readonly servers: Servers;
  readonly members: Members;
  readonly control: Control;
  readonly ports: Ports;
  /** Direct addresses of the servers, for the checker. */
  readonly direct: Endpoints;
  /** Addresses through the proxies, for the fleet. */
  readonly proxied: Endpoints;
  /** What the tenants sign their records with. */
  readonly signingKey: SigningKey;
  /** Settings of all services; each gets only its own. */
  readonly settings: Environment;
  /** Marks the environment of every process of this run, as the variable `DOCFLEET_CHAOS_RUN`. */
  readonly mark: string;
  stop(): Promise<void>;
  kill(): void;
}

/** Starts the servers and prepares topics, schemas and tables; starts no service. */
export async function openRig(options: RigOptions): Promise<Rig> {
  const { layout, environment, isRoot, progress, signal } = options;
  forgetInstance(layout, isRoot);
  for (const folder of [layout.data, layout.logs, layout.servers]) mkdirSync(folder, { recursive: true });
  const mark = randomUUID();
  const markOfRun = { DOCFLEET_CHAOS_RUN: mark };
  const marked = { ...environment, ...markOfRun };
  const ports = await choosePorts({ remembered: {}, environment, isFree: isPortFree, random: Math.random });
  const abort = new AbortController();
  signal.addEventListener('abort', () => {
    abort.abort(signal.reason);
  });
  const abortOthers = (reason: unknown): void => {
    abort.abort(reason);
  };
  const { root, servers: folder } = layout;
  const machine = {
    root,
    servers: folder,
    environment: marked,
    isRoot,
    progress,
    signal: abort.signal,
    abortOthers,
  };
  const watched: { members?: Members; servers?: Servers } = {};
  const onChange = (): void => {
    const kept = [...(watched.members?.processes() ?? []), ...(watched.servers?.processes() ?? [])];
    writeRunning(layout.processesFile, runningOf(kept));
  };
  const ignore = (): void => undefined;
  const servers = await Servers.open({
    site: { layout, ports, secrets: createSecrets(), machine },
    furtherBrokers: await furtherBrokers(options.brokers),
    onChange,
    report: ignore,
  });
  watched.servers = servers;
  const control = await Control.open();
  const direct = endpointsOf(servers, ports, (name) => servers.directAddress(name));
  const proxied = endpointsOf(servers, ports, (name) => servers.addressFor(name));
  const tenantKeys = createTenantKeys(join(layout.data, 'tenant-secrets'));
  const settings = {
    ...marked,
    ...environmentOf(proxied, layout.models),
    ...tenantKeys.environment,
    ...webhookEnvironment(servers.secrets.webhookKey),
    ...webhookTimes,
    SESSION_TIMEOUT_MS: String(sessionTimeoutMs),
    // A person who leaves is replaced soon.
    REVIEW_POLICY: options.review,
    REVIEW_LEASE_MS: String(leaseMs),
    LOG_LEVEL: environment['LOG_LEVEL'] ?? 'info',
    DEVELOPMENT_API_KEY: direct.apiKey,
    DEVELOPMENT_OPERATOR_KEY: direct.operatorKey,
  };
  const members = new Members({
    layout,
    environment: settings,
    mark: markOfRun,
    controlPort: control.port,
    onChange,
    report: ignore,
  });
  watched.members = members;
  const rig: Rig = {
    layout,
    servers,
    members,
    control,
    ports,
    direct,
    proxied,
    signingKey: tenantKeys.signing,
    settings,
    mark,
    stop: async () => {
      await members.stopAll();
      await servers.stop();
      control.close();
    },
    kill: () => {
      members.killAll();
      servers.killAll();
    },
  };
  try {
    await servers.provision();
    const start = (name: (typeof serverNames)[number]): Promise<void> =>
      progress.step(`server ${name}`, () => servers.start(name));
    const tool = { layout, environment: { ...marked, ...environmentOf(proxied, layout.models) } };
    await Promise.all([
      ...serverNames.map(start),
      progress.step('models', () =>
        runTool({ ...tool, tool: 'models', arguments: ['--to', layout.models], signal: abort.signal }),
      ),
    ]);
    await progress.step('bucket, topics, schemas, tables', async () => {
      await ensureBucket(direct.s3);
      await runTool({ ...tool, tool: 'deploy', signal: abort.signal });
    });
    return rig;
  } catch (error) {
    await rig.stop();
    throw error;
  }
}

async function furtherBrokers(brokers: 1 | 3): Promise<{ port: number; controllerPort: number }[]> {
  if (brokers === 1) return [];
  const [a = 0, b = 0, c = 0, d = 0] = await anyFreePorts(4);
  return [
    { port: a, controllerPort: b },
    { port: c, controllerPort: d },
  ];
}

function endpointsOf(
  servers: Servers,
  ports: Ports,
  addressOf: (name: (typeof serverNames)[number]) => string,
): Endpoints {
  const { secrets } = servers;
  const services = serviceNames.map((name) => [name, `http://127.0.0.1:${ports[name]}`] as const);
  return {
    broker: addressOf('kafka'),
    registry: addressOf('registry'),
    s3: {
      endpoint: addressOf('s3'),
      region: 'us-east-1',
      bucket: 'docfleet',
      accessKeyId: secrets.s3AccessKeyId,
      secretAccessKey: secrets.s3SecretAccessKey,
    },
    postgres: addressOf('postgres'),
    databaseRoles: databaseRolesAt(addressOf('postgres'), secrets),
    redis: addressOf('redis'),
    api: `http://127.0.0.1:${ports.gateway}`,
    apiKey: secrets.apiKey,
    operatorKey: secrets.operatorKey,
    services: Object.fromEntries<string>(services),
    pids: {},
  };
}
