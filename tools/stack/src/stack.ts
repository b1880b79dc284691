import { mkdirSync, rmSync } from 'node:fs';
import { ensureBucket } from './bucket.ts';
import { programEnvironment } from './child-environment.ts';
import { buildConsole } from './console.ts';
import type { Environment } from './command.ts';
import { watchDisk } from './disk-watch.ts';
import { databaseRolesAt, environmentOf, writeEndpoints, type Endpoints } from './endpoints.ts';
import { Fleet, runTool } from './fleet.ts';
import type { SupervisedProcess } from './supervised-process.ts';
import type { Layout } from './layout.ts';
import { serverNames, type ServerName, type ServiceName } from './names.ts';
import { anyFreePorts, choosePorts, isPortFree, type Ports } from './ports.ts';
import type { Progress } from './progress.ts';
import { poolsOf, programsOf, urlOf, type Program } from './programs.ts';
import { proofEnvironment } from './proof.ts';
import { webhookEnvironment } from './webhook-key.ts';
import { protectFiles } from './protect-files.ts';
import { endLeftovers, runningOf, writeRunning } from './running.ts';
import { ContainersProvider } from './servers/containers-provider.ts';
import type { GivenServers } from './servers/given.ts';
import { NativeProvider } from './servers/native-provider.ts';
import type { ServerProvider } from './servers/provider.ts';
import { waitForAll } from './wait-for-all.ts';
import { createSecrets, readState, writeState, type Secrets } from './state.ts';

export interface StackOptions {
  readonly layout: Layout;
  /** Servers that run already and are used as they are. */
  readonly given: GivenServers;
  /** Services to run; none in tests. */
  readonly services: readonly ServiceName[];
  readonly environment: Environment;
  readonly isRoot: boolean;
  readonly progress: Progress;
  /** One line for a person about something that happened by itself. */
  readonly report: (line: string) => void;
}

/** Servers and services of one instance: started in order, restarted when they end, ended together. */
export class Stack {
  readonly #options: StackOptions;
  readonly #abort = new AbortController();
  #provider: ServerProvider | undefined;
  #fleet: Fleet | undefined;
  #endpoints: Endpoints | undefined;
  #closing: Promise<void> | undefined;
  #endDiskWatch: () => void = () => undefined;

  constructor(options: StackOptions) {
    this.#options = options;
  }

  /** Brings everything up. What was started before a failure stays for `stop` to end. */
  async start(): Promise<Endpoints> {
    const { layout, isRoot, progress, report } = this.#options;
    protectFiles(layout, isRoot);
    const leftovers = await endLeftovers(layout.processesFile);
    if (leftovers.length > 0) report(`ended processes that an interrupted run left: ${leftovers.join(', ')}`);
    this.#endDiskWatch = watchDisk(layout.folder, report);
    const { ports, secrets } = await this.#settle();
    const [addresses] = await this.#waitForAll([
      this.#startServers(ports, secrets),
      this.#fetchModels(),
      this.#buildConsole(),
    ]);
    if (addresses === undefined) throw new Error('the servers have no addresses');
    mkdirSync(layout.weights, { recursive: true });
    const programs = await this.#programs(ports);
    const endpoints = this.#describe({ addresses, ports, programs, secrets });
    const environment = {
      ...this.#options.environment,
      ...environmentOf(endpoints, layout.models),
      EXTRACTION_WEIGHTS_DIR: this.#options.environment['EXTRACTION_WEIGHTS_DIR'] ?? layout.weights,
      TOPICS_PRESET: this.#options.environment['TOPICS_PRESET'] ?? 'local',
    };
    await progress.step('bucket, topics, schemas, tables', async () => {
      await ensureBucket(endpoints.s3);
      const own = await programEnvironment(layout.root, 'tools/deploy', environment);
      await runTool({ layout, tool: 'deploy', environment: own, signal: this.#abort.signal });
    });
    await this.#startServices(endpoints, programs, environment, secrets);
    this.#endpoints = endpoints;
    this.#record();
    return endpoints;
  }

  /** Ends the services, then the servers; resolves when no process is left. Repeated calls wait for the first. */
  stop(): Promise<void> {
    this.#closing ??= this.#stop();
    return this.#closing;
  }

  /** Ids of all processes, by name. */
  pids(): Readonly<Record<string, number>> {
    const running = Object.entries(runningOf(this.#processes()));
    return { supervisor: process.pid, ...Object.fromEntries(running.map(([name, { pid }]) => [name, pid])) };
  }

  /** Ends everything at once. */
  kill(): void {
    this.#abort.abort(new Error('killed'));
    this.#endDiskWatch();
    this.#fleet?.kill();
    this.#provider?.kill();
    this.#removeRecords();
  }

  async #stop(): Promise<void> {
    this.#abort.abort(new Error('stopped'));
    this.#endDiskWatch();
    await this.#fleet?.stop();
    await this.#provider?.stop();
    this.#removeRecords();
  }

  #removeRecords(): void {
    this.#endpoints = undefined;
    for (const path of [this.#options.layout.endpointsFile, this.#options.layout.processesFile]) {
      rmSync(path, { force: true });
    }
  }

  /** Ports and secrets of this run, from the last one where they still serve. */
  async #settle(): Promise<{ ports: Ports; secrets: Secrets }> {
    const { layout, environment } = this.#options;
    const before = readState(layout.stateFile);
    const ports = await choosePorts({
      remembered: before?.ports ?? {},
      environment,
      isFree: isPortFree,
      random: Math.random,
    });
    const secrets = before?.secrets ?? createSecrets();
    writeState(layout.stateFile, { ports, secrets });
    return { ports, secrets };
  }

  async #programs(ports: Ports): Promise<readonly Program[]> {
    const { environment, services } = this.#options;
    const pools = poolsOf(environment);
    return programsOf({
      services,
      ports,
      pools,
      poolPorts: await anyFreePorts(pools.length, Object.values(ports)),
    });
  }

  async #startServers(ports: Ports, secrets: Secrets): Promise<Record<ServerName, string>> {
    const { given, progress } = this.#options;
    const provider = (this.#provider = this.#chooseProvider(ports, secrets));
    await provider.provision(serverNames.filter((name) => given[name] === undefined));
    const addresses = serverNames.map(async (name): Promise<[ServerName, string]> => {
      const address = given[name];
      if (address !== undefined) return [name, address];
      return progress.step(`server ${name}`, async () => {
        await provider.start(name);
        return [name, await provider.ready(name)];
      });
    });
    return Object.fromEntries(await this.#waitForAll(addresses)) as Record<ServerName, string>;
  }

  #chooseProvider(ports: Ports, secrets: Secrets): ServerProvider {
    const { layout, environment, isRoot, progress, report } = this.#options;
    if (environment['DOCFLEET_SERVERS'] === 'containers') return new ContainersProvider(ports, secrets);
    mkdirSync(layout.servers, { recursive: true });
    const { root, servers } = layout;
    const machine = {
      root,
      servers,
      environment,
      isRoot,
      progress,
      signal: this.#abort.signal,
      abortOthers: this.#abortOthers,
    };
    const onChange = (): void => {
      this.#record();
    };
    return new NativeProvider({ site: { layout, ports, secrets, machine }, onChange, report });
  }

  readonly #abortOthers = (reason: unknown): void => {
    this.#abort.abort(reason);
  };

  #waitForAll<T>(promises: readonly Promise<T>[]): Promise<T[]> {
    return waitForAll(promises, this.#abortOthers);
  }

  async #fetchModels(): Promise<undefined> {
    const { layout, environment, progress } = this.#options;
    await progress.step('models', () =>
      runTool({
        layout,
        tool: 'models',
        arguments: ['--to', layout.models],
        environment,
        signal: this.#abort.signal,
      }),
    );
    return undefined;
  }

  async #buildConsole(): Promise<undefined> {
    const { layout, progress, services } = this.#options;
    if (!services.includes('gateway')) return undefined;
    await progress.step('console', () => buildConsole({ root: layout.root, signal: this.#abort.signal }));
    return undefined;
  }

  async #startServices(
    endpoints: Endpoints,
    programs: readonly Program[],
    environment: Environment,
    secrets: Secrets,
  ): Promise<void> {
    const { layout, progress, report } = this.#options;
    const onChange = (): void => {
      this.#record();
    };
    const { signal } = this.#abort;
    const abortOthers = this.#abortOthers;
    const fleet = new Fleet({ layout, environment, signal, abortOthers, progress, onChange, report });
    this.#fleet = fleet;
    await fleet.start(programs, {
      LOG_LEVEL: environment['LOG_LEVEL'] ?? 'info',
      DEVELOPMENT_API_KEY: endpoints.apiKey,
      DEVELOPMENT_OPERATOR_KEY: endpoints.operatorKey,
      ARTIFACT_URL_SECRET: secrets.artifactUrlSecret,
      ...proofEnvironment(this.#options.environment, secrets.proofKey),
      ...webhookEnvironment(secrets.webhookKey),
    });
  }

  #describe(found: {
    readonly addresses: Record<ServerName, string>;
    readonly ports: Ports;
    readonly programs: readonly Program[];
    readonly secrets: Secrets;
  }): Endpoints {
    const { addresses, ports, programs, secrets } = found;
    const { environment, given } = this.#options;
    const own = given.s3 === undefined;
    return {
      broker: addresses.kafka,
      registry: addresses.registry,
      s3: {
        endpoint: addresses.s3,
        region: environment['S3_REGION'] ?? 'us-east-1',
        bucket: environment['S3_BUCKET'] ?? 'docfleet',
        accessKeyId: own ? secrets.s3AccessKeyId : (environment['AWS_ACCESS_KEY_ID'] ?? ''),
        secretAccessKey: own ? secrets.s3SecretAccessKey : (environment['AWS_SECRET_ACCESS_KEY'] ?? ''),
      },
      postgres: addresses.postgres,
      databaseRoles: databaseRolesAt(
        addresses.postgres,
        secrets,
        given.postgres === undefined ? {} : environment,
      ),
      redis: addresses.redis,
      api: urlOf({ port: ports.gateway }),
      apiKey: secrets.apiKey,
      operatorKey: secrets.operatorKey,
      services: Object.fromEntries(programs.map((program) => [program.name, urlOf(program)])),
      pids: {},
    };
  }

  /** Writes down what runs; the addresses only once everything is up, so that their presence means ready. */
  #record(): void {
    if (this.#closing !== undefined) return;
    const { layout } = this.#options;
    writeRunning(layout.processesFile, runningOf(this.#processes()));
    if (this.#endpoints === undefined) return;
    writeEndpoints(layout.endpointsFile, { ...this.#endpoints, pids: this.pids() });
  }

  #processes(): readonly SupervisedProcess[] {
    return [...(this.#provider?.processes() ?? []), ...(this.#fleet?.processes() ?? [])];
  }
}
