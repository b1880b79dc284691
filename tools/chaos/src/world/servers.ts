import { join } from 'node:path';
import {
  addressOf,
  isStarted,
  SupervisedProcess,
  NativeProvider,
  prepareBroker,
  serverNames,
  signalGroup,
  waitUntil,
  type Secrets,
  type ServerName,
  type Site,
} from '@docfleet/stack';
import { TcpProxy, type ProxyCondition } from './proxy.ts';

const brokerEnding = { signal: 'SIGTERM', graceMs: 15_000 } as const;
const readyTimeoutMs = 180_000;

export interface BrokerPorts {
  readonly port: number;
  readonly controllerPort: number;
}

export interface ServersOptions {
  readonly site: Site;
  /** Ports of the brokers after the first one. */
  readonly furtherBrokers: readonly BrokerPorts[];
  readonly onChange: () => void;
  readonly report: (line: string) => void;
}

/** The real servers, which services reach only through proxies. */
export class Servers {
  readonly #options: ServersOptions;
  readonly #provider: NativeProvider;
  readonly #proxies: Readonly<Record<ServerName, readonly TcpProxy[]>>;
  #brokers: SupervisedProcess[] = [];

  private constructor(options: ServersOptions, proxies: Readonly<Record<ServerName, readonly TcpProxy[]>>) {
    this.#options = options;
    this.#proxies = proxies;
    const [first] = proxies.kafka;
    const site = { ...options.site, ...(first === undefined ? {} : { advertisedKafkaPort: first.port }) };
    this.#provider = new NativeProvider({ site, onChange: options.onChange, report: options.report });
  }

  static async open(options: ServersOptions): Promise<Servers> {
    const { site, furtherBrokers } = options;
    const proxies: Partial<Record<ServerName, readonly TcpProxy[]>> = {};
    for (const name of serverNames) {
      const upstream = [
        site.ports[name],
        ...(name === 'kafka' ? furtherBrokers.map(({ port }) => port) : []),
      ];
      proxies[name] = await Promise.all(upstream.map((port) => TcpProxy.open(() => port)));
    }
    return new Servers(options, proxies as Record<ServerName, readonly TcpProxy[]>);
  }

  /** Credentials of this run. */
  get secrets(): Secrets {
    return this.#options.site.secrets;
  }

  /** Downloads what is missing; only the first time. */
  provision(): Promise<void> {
    return this.#provider.provision(serverNames);
  }

  /** Starts the server, with all brokers where it is Kafka, and waits until it answers. */
  async start(name: ServerName): Promise<void> {
    if (name === 'kafka' && this.#options.furtherBrokers.length > 0) {
      await this.#startCluster();
      return;
    }
    await this.#provider.start(name);
    await this.#provider.ready(name);
  }

  /** Address for the fleet: through the proxy. */
  addressFor(name: ServerName): string {
    const { ports, secrets } = this.#options.site;
    const proxies = this.#proxies[name];
    if (name === 'kafka') return proxies.map(({ port }) => `127.0.0.1:${port}`).join(',');
    return addressOf(name, { ...ports, [name]: proxies[0]?.port ?? 0 }, secrets);
  }

  /** Address for the checker. Kafka advertises the proxies, so their condition must be normal by then. */
  directAddress(name: ServerName): string {
    const { ports, secrets } = this.#options.site;
    return addressOf(name, ports, secrets);
  }

  /** Sets the condition of the proxies of a server, or of one broker of Kafka (`broker`, from 0). */
  setCondition(name: ServerName, condition: ProxyCondition, broker?: number): void {
    for (const [index, proxy] of this.#proxies[name].entries()) {
      if (broker === undefined || broker === index) proxy.set(condition);
    }
  }

  /** Kills the server's process; it is restarted with its data. */
  kill(name: ServerName, broker = 0): void {
    const identity = this.#processOf(name, broker)?.identity;
    if (identity !== undefined) signalGroup(identity.pid, 'SIGKILL');
  }

  /** Kills the server without a restart, until `start`. */
  async killWithoutRestart(name: ServerName): Promise<void> {
    const kept = name === 'kafka' && this.#brokers.length > 0 ? this.#brokers : [this.#processOf(name, 0)];
    const running = kept.filter((each) => each !== undefined);
    for (const each of running) each.kill();
    await Promise.all(running.map((each) => each.stop()));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#brokers.map((broker) => broker.stop()), this.#provider.stop()]);
    await Promise.all(
      Object.values(this.#proxies)
        .flat()
        .map((proxy) => proxy.close()),
    );
  }

  killAll(): void {
    for (const broker of this.#brokers) broker.kill();
    this.#provider.kill();
  }

  processes(): readonly SupervisedProcess[] {
    return [...this.#provider.processes(), ...this.#brokers];
  }

  #processOf(name: ServerName, broker: number): SupervisedProcess | undefined {
    if (name === 'kafka' && this.#brokers.length > 0) return this.#brokers[broker];
    return this.#provider.processes().find((kept) => kept.name === name);
  }

  async #startCluster(): Promise<void> {
    const { site, furtherBrokers, onChange, report } = this.#options;
    const all = [
      { port: site.ports.kafka, controllerPort: site.ports['kafka-controller'] },
      ...furtherBrokers,
    ];
    const controllerPorts = all.map(({ controllerPort }) => controllerPort);
    const started: SupervisedProcess[] = [];
    for (const [index, ports] of all.entries()) {
      const name = `kafka-${index + 1}`;
      const data = join(site.layout.data, name);
      const advertisedPort = this.#proxies.kafka[index]?.port ?? ports.port;
      const broker = { ...ports, data, advertisedPort, cluster: { place: index, controllerPorts } };
      const command = await prepareBroker(site.machine, broker);
      const logFile = join(site.layout.logs, `${name}.log`);
      started.push(new SupervisedProcess({ name, command, logFile, ending: brokerEnding, onChange, report }));
    }
    this.#brokers = started;
    onChange();
    const logs = started.map(({ name }) => join(site.layout.logs, `${name}.log`));
    if (await waitUntil(() => logs.every(isStarted), readyTimeoutMs)) return;
    throw new Error(`The brokers do not answer; see ${site.layout.logs}`);
  }
}
