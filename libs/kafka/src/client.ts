import type { KafkaConnection, KafkaSasl } from '@docfleet/connections';
import kafkajs, { type Cluster, type Kafka, type LogEntry, type SASLOptions } from 'kafkajs';
import { patchIdleTimer, patchLeaderlessMetadata } from './kafkajs-patches.ts';

// Not by name: Node finds only some of the names that this CommonJS module exports.
const { logLevel, PartitionAssigners } = kafkajs;

/** Receives the adapter's log lines. `facts` hold no record contents. */
export type LogLine = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  facts?: Readonly<Record<string, string | number | boolean | undefined>>,
) => void;

/** Brokers as `host:port`, TLS, credentials, and where failures of connections and permissions are reported. */
export interface ClientOptions extends KafkaConnection {
  readonly clientId: string;
  readonly log?: LogLine;
}

/** The same message of kafkajs is logged at most once in this time, in milliseconds: an outage repeats it continuously. */
const repeatAfterMs = 30_000;

/** A kafkajs client with this project's timeouts. It opens no connection by itself. */
export function createClient(options: ClientOptions): Kafka {
  patchIdleTimer();
  patchLeaderlessMetadata();
  return new kafkajs.Kafka({
    clientId: options.clientId,
    brokers: [...options.brokers],
    ...(options.tls !== undefined && { ssl: { ...options.tls } }),
    ...(options.sasl !== undefined && { sasl: saslOptions(options.sasl) }),
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    retry: { initialRetryTime: 50, maxRetryTime: 1_000, retries: 5 },
    logLevel: logLevel.WARN,
    logCreator: () => forwardLogs(options),
  });
}

function saslOptions(sasl: KafkaSasl): SASLOptions {
  if (sasl.mechanism !== 'oauthbearer') return { ...sasl };
  const { mechanism, token } = sasl;
  return {
    mechanism,
    // Why there is no token is reported where it was asked for: it says nothing about the brokers.
    oauthBearerProvider: async () => {
      try {
        return { value: await token() };
      } catch (cause) {
        throw new Error('There is no OAuth token for the brokers', { cause });
      }
    },
  };
}

/**
 * kafkajs logs retried requests as errors: they become debug lines, since this adapter logs failures itself. Every
 * failed connection, refused credential and missing permission of every client passes here, so they are reported here.
 */
function forwardLogs({ log, onFailure }: ClientOptions): (entry: LogEntry) => void {
  const lastLoggedMs = new Map<string, number>();
  return ({ namespace, log: { message, error } }) => {
    onFailure?.(message);
    if (typeof error === 'string') onFailure?.(error);
    const now = performance.now();
    if (now - (lastLoggedMs.get(message) ?? -Infinity) < repeatAfterMs) return;
    if (lastLoggedMs.size > 1_000) lastLoggedMs.clear();
    lastLoggedMs.set(message, now);
    log?.('debug', `kafkajs ${namespace}: ${message}`);
  };
}

/** Connections to the brokers with kafkajs' metadata and protocol, but no group, no consumer and no loop. */
export interface Connection {
  readonly cluster: Cluster;
  close(): Promise<void>;
}

/**
 * Opens separate connections. kafkajs passes its `Cluster` only to assigners, so this creates a consumer that never
 * runs: it joins no group. Its isolation level is read_committed.
 */
export async function openConnection(kafka: Kafka): Promise<Connection> {
  const clusters: Cluster[] = [];
  const consumer = kafka.consumer({
    groupId: 'never-joined',
    allowAutoTopicCreation: false,
    partitionAssigners: [
      (parts) => {
        clusters.push(parts.cluster);
        return PartitionAssigners.roundRobin(parts);
      },
    ],
  });
  const [cluster] = clusters;
  if (cluster === undefined) throw new Error('kafkajs did not pass its cluster to the assigner');
  try {
    await consumer.connect();
    await cluster.refreshMetadata();
  } catch (error) {
    void consumer.disconnect().catch(() => undefined);
    throw error;
  }
  return { cluster, close: () => consumer.disconnect() };
}
