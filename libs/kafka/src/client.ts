import kafkajs, { type Cluster, type Kafka, type LogEntry } from 'kafkajs';
import { patchIdleTimer } from './kafkajs-patches.ts';

// Not by name: Node finds only some of the names that this CommonJS module exports.
const { logLevel, PartitionAssigners } = kafkajs;

/** Receives the adapter's log lines. `facts` hold no record contents. */
export type LogLine = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  facts?: Readonly<Record<string, string | number | boolean | undefined>>,
) => void;

export interface ClientOptions {
  /** `host:port` of one broker or several. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly log?: LogLine;
}

/** The same message of kafkajs is logged at most once in this time, in milliseconds: an outage repeats it continuously. */
const repeatAfterMs = 30_000;

/** A kafkajs client with this project's timeouts. It opens no connection by itself. */
export function createClient(options: ClientOptions): Kafka {
  patchIdleTimer();
  return new kafkajs.Kafka({
    clientId: options.clientId,
    brokers: [...options.brokers],
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    retry: { initialRetryTime: 50, maxRetryTime: 1_000, retries: 5 },
    logLevel: options.log === undefined ? logLevel.NOTHING : logLevel.WARN,
    logCreator: () => forwardLogs(options.log ?? (() => undefined)),
  });
}

/** kafkajs logs retried requests as errors: they become debug lines, since this adapter logs failures itself. */
function forwardLogs(log: LogLine): (entry: LogEntry) => void {
  const lastLoggedMs = new Map<string, number>();
  return ({ namespace, log: { message } }) => {
    const now = performance.now();
    if (now - (lastLoggedMs.get(message) ?? -Infinity) < repeatAfterMs) return;
    if (lastLoggedMs.size > 1_000) lastLoggedMs.clear();
    lastLoggedMs.set(message, now);
    log('debug', `kafkajs ${namespace}: ${message}`);
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
