import { GenericContainer, Wait, type StartedTestContainer } from 'testcontainers';
import type { ServerName } from '../names.ts';
import type { Ports } from '../ports.ts';
import type { Secrets } from '../state.ts';
import { addressOf } from './address.ts';
import type { ServerProvider } from './provider.ts';

const images: Readonly<Record<ServerName, string>> = {
  kafka: 'apache/kafka:4.3.1',
  registry: 'apicurio/apicurio-registry:3.3.3',
  postgres: 'postgres:15',
  redis: 'valkey/valkey:8.1',
  s3: 'chrislusf/seaweedfs:4.48',
};

/**
 * Servers as containers (`DOCFLEET_SERVERS=containers`), on the same ports as processes would have. Needs a
 * container engine; without one this provider is only type-checked, never run. Data lives and ends with the
 * containers, and the engine decides which addresses of the machine the ports are bound to.
 */
export class ContainersProvider implements ServerProvider {
  readonly #ports: Ports;
  readonly #secrets: Secrets;
  readonly #starting = new Map<ServerName, Promise<StartedTestContainer>>();

  constructor(ports: Ports, secrets: Secrets) {
    this.#ports = ports;
    this.#secrets = secrets;
  }

  /** Images are pulled when their container starts. */
  provision(): Promise<void> {
    return Promise.resolve();
  }

  start(name: ServerName): Promise<void> {
    const starting = describe(name, this.#ports, this.#secrets).start();
    // Whoever waits for the server hears of a failure; nobody else has to.
    starting.catch(() => undefined);
    this.#starting.set(name, starting);
    return Promise.resolve();
  }

  async ready(name: ServerName): Promise<string> {
    await this.#starting.get(name);
    return addressOf(name, this.#ports, this.#secrets);
  }

  async stop(): Promise<void> {
    const started = await Promise.allSettled(this.#starting.values());
    for (const result of started) if (result.status === 'fulfilled') await result.value.stop();
  }

  /** The engine's own reaper ends the containers when this process is gone. */
  kill(): void {
    this.#starting.clear();
  }

  processes(): readonly never[] {
    return [];
  }
}

function describe(name: ServerName, ports: Ports, secrets: Secrets): GenericContainer {
  const container = new GenericContainer(images[name]);
  switch (name) {
    case 'kafka':
      // Clients are sent to the advertised address, so inside and outside have the same port.
      return container
        .withExposedPorts({ container: ports.kafka, host: ports.kafka })
        .withEnvironment(kafkaEnvironment(ports.kafka))
        .withWaitStrategy(Wait.forLogMessage('Kafka Server started'));
    case 'registry':
      return container
        .withExposedPorts({ container: 8080, host: ports.registry })
        .withWaitStrategy(Wait.forHttp('/apis/ccompat/v7/subjects', 8080));
    case 'postgres':
      return container
        .withExposedPorts({ container: 5432, host: ports.postgres })
        .withEnvironment({ POSTGRES_USER: 'docfleet', POSTGRES_PASSWORD: secrets.postgresPassword })
        .withWaitStrategy(Wait.forLogMessage('ready to accept connections', 2));
    case 'redis':
      return container
        .withExposedPorts({ container: 6379, host: ports.redis })
        .withCommand(['valkey-server', '--requirepass', secrets.redisPassword, '--save', ''])
        .withWaitStrategy(Wait.forListeningPorts());
    case 's3':
      return container
        .withExposedPorts({ container: 8333, host: ports.s3 })
        .withEnvironment({
          AWS_ACCESS_KEY_ID: secrets.s3AccessKeyId,
          AWS_SECRET_ACCESS_KEY: secrets.s3SecretAccessKey,
        })
        .withCommand(['server', '-s3', '-filer', '-master.telemetry=false'])
        .withWaitStrategy(Wait.forHttp('/healthz', 8333));
  }
}

function kafkaEnvironment(port: number): Record<string, string> {
  return {
    KAFKA_NODE_ID: '1',
    KAFKA_PROCESS_ROLES: 'broker,controller',
    KAFKA_LISTENERS: `PLAINTEXT://:${port},CONTROLLER://:9093`,
    KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    KAFKA_INTER_BROKER_LISTENER_NAME: 'PLAINTEXT',
    KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    KAFKA_CONTROLLER_QUORUM_VOTERS: '1@127.0.0.1:9093',
    KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
    KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
    KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR: '1',
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
  };
}
