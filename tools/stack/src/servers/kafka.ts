import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseEnvironment } from '../child-environment.ts';
import { run } from '../command.ts';
import { anyFreePorts } from '../ports.ts';
import { archiveOptions, writeClassArchive } from '../provision/class-archive.ts';
import { installJava, javaOptions, javaProgram } from '../provision/java.ts';
import { fillOnce, resourcesOf, type Machine } from '../provision/machine.ts';
import { runMaven } from '../provision/maven.ts';
import type { NativeServer, ServerCommand } from './native-server.ts';
import { logContains } from './probe.ts';

/** Identifies the one-node cluster; data folders of any instance carry the same. */
const clusterId = 'XBdhb09HSKeMtva0us2lUA';

const homeOf = (machine: Machine): string => join(machine.servers, 'kafka-4.3.1');
const archiveOf = (machine: Machine): string => join(homeOf(machine), 'broker.aot');

export const kafka: NativeServer = {
  name: 'kafka',
  title: 'Kafka 4.3.1',
  ports: ['kafka', 'kafka-controller'],
  needs: ['python', 'maven'],
  ending: { signal: 'SIGTERM', graceMs: 15_000 },

  async provision(machine) {
    await installJava(machine);
    await fillOnce(homeOf(machine), async (draft) => {
      copyFileSync(join(resourcesOf(machine), 'kafka/pom.xml'), join(draft, 'pom.xml'));
      const options = ['-DincludeScope=runtime', '-DoutputDirectory=lib'];
      await runMaven(machine, draft, ['dependency:copy-dependencies', ...options]);
    });
    await train(machine);
  },

  prepare: ({ layout, ports, machine, advertisedKafkaPort = ports.kafka }) =>
    prepareBroker(machine, {
      data: join(layout.data, 'kafka'),
      port: ports.kafka,
      controllerPort: ports['kafka-controller'],
      advertisedPort: advertisedKafkaPort,
    }),

  isReady: (_site, logFile) => Promise.resolve(isStarted(logFile)),
};

/** One broker, alone or in a cluster. */
export interface Broker {
  readonly data: string;
  readonly port: number;
  readonly controllerPort: number;
  /** Port that clients and the other brokers are sent to; default: its own. */
  readonly advertisedPort?: number;
  /** Its place, from 0, among the controllers of a cluster, whose ports these are; default: alone. */
  readonly cluster?: { readonly place: number; readonly controllerPorts: readonly number[] };
  /** Lines of its configuration that take precedence over those of a local broker, such as listeners with TLS. */
  readonly properties?: readonly string[];
  /** Further arguments of formatting, such as users (`--add-scram`). */
  readonly formatOptions?: readonly string[];
}

/** Makes the broker's data folder ready and gives the command that runs it. */
export async function prepareBroker(machine: Machine, broker: Broker): Promise<ServerCommand> {
  await format(machine, broker);
  return brokerCommand(machine, broker, archiveOptions(archiveOf(machine)));
}

/** Whether the log of a broker says that it serves. */
export function isStarted(logFile: string): boolean {
  return logContains(logFile, 'Kafka Server started');
}

/** Writes the configuration (ports may have changed) and, the first time, the cluster's identity. */
async function format(machine: Machine, broker: Broker): Promise<void> {
  mkdirSync(broker.data, { recursive: true });
  const configuration = join(broker.data, 'server.properties');
  writeFileSync(configuration, serverProperties(broker));
  if (existsSync(join(broker.data, 'log/meta.properties'))) return;
  const { formatOptions = [] } = broker;
  const tool = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', configuration, ...formatOptions];
  await run(
    { ...javaCommand(machine, broker, []), arguments: [...classPath(machine), ...tool] },
    machine.signal,
  );
}

function brokerCommand(machine: Machine, broker: Broker, options: readonly string[]): ServerCommand {
  const main = [...classPath(machine), 'kafka.Kafka', join(broker.data, 'server.properties')];
  return javaCommand(machine, broker, [...javaOptions, ...options, ...main]);
}

function javaCommand(machine: Machine, broker: Broker, parts: readonly string[]): ServerCommand {
  return {
    file: javaProgram(machine),
    arguments: parts,
    folder: broker.data,
    environment: baseEnvironment(machine.environment),
  };
}

/** Names every jar in a fixed order: a class archive belongs to one list. */
function classPath(machine: Machine): string[] {
  const lib = join(homeOf(machine), 'lib');
  const jars = readdirSync(lib).sort();
  const logging = join(resourcesOf(machine), 'kafka/log4j2.properties');
  return ['-cp', jars.map((jar) => join(lib, jar)).join(':'), `-Dlog4j2.configurationFile=${logging}`];
}

async function train(machine: Machine): Promise<void> {
  if (existsSync(archiveOf(machine))) return;
  const folder = mkdtempSync(join(tmpdir(), 'docfleet-kafka-'));
  try {
    const [port, controllerPort] = await anyFreePorts(2);
    const broker = { data: folder, port: port ?? 0, controllerPort: controllerPort ?? 0 };
    const logFile = join(folder, 'broker.log');
    await format(machine, broker);
    await writeClassArchive({
      commandWith: (options) => Promise.resolve(brokerCommand(machine, broker, options)),
      isReady: () => Promise.resolve(isStarted(logFile)),
      logFile,
      archive: archiveOf(machine),
      signal: machine.signal,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A node that is broker and controller; alone it replicates to nobody, with two others as production does. */
function serverProperties(broker: Broker): string {
  const { data, port, controllerPort, advertisedPort = port, cluster, properties = [] } = broker;
  const { place, controllerPorts } = cluster ?? { place: 0, controllerPorts: [controllerPort] };
  const voters = controllerPorts.map((each, index) => `${index + 1}@127.0.0.1:${each}`);
  const replicas = controllerPorts.length;
  const inSync = Math.max(1, replicas - 1);
  return [
    'process.roles=broker,controller',
    `node.id=${place + 1}`,
    `controller.quorum.voters=${voters.join(',')}`,
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${advertisedPort}`,
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name=PLAINTEXT',
    'controller.listener.names=CONTROLLER',
    `log.dirs=${join(data, 'log')}`,
    'auto.create.topics.enable=false',
    'num.partitions=1',
    `default.replication.factor=${replicas}`,
    `min.insync.replicas=${inSync}`,
    `offsets.topic.replication.factor=${replicas}`,
    'offsets.topic.num.partitions=4',
    `transaction.state.log.replication.factor=${replicas}`,
    `transaction.state.log.min.isr=${inSync}`,
    'transaction.state.log.num.partitions=4',
    `share.coordinator.state.topic.replication.factor=${replicas}`,
    `share.coordinator.state.topic.min.isr=${inSync}`,
    'group.initial.rebalance.delay.ms=0',
    // The default buffer of 128 MB does not fit into the heap.
    'log.cleaner.dedupe.buffer.size=8388608',
    // A broker that died is given up sooner than by default (9 s), so that its partitions get a leader.
    'broker.session.timeout.ms=6000',
    'num.network.threads=2',
    'num.io.threads=4',
    'num.recovery.threads.per.data.dir=1',
    'background.threads=2',
    // The last line of a name counts.
    ...properties,
    '',
  ].join('\n');
}
