import kafkajs, { type Cluster, type Kafka, type LogEntry } from 'kafkajs';
import { patchIdleTimer } from './kafkajs-patches.ts';

// Not by name: Node finds only some of the names that this CommonJS module exports.
const { logLevel, PartitionAssigners } = kafkajs;

/** Where the adapter's lines go. `facts` hold no record contents. */
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

/** The same complaint of kafkajs is passed on once in this many milliseconds: an outage would repeat it all the time. */
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
    logCreator: () => passOn(options.log ?? (() => undefined)),
  });
}

/** kafkajs calls errors what it will try again: to us they are debug lines, ours say what matters. */
function passOn(log: LogLine): (entry: LogEntry) => void {
  const lastSaid = new Map<string, number>();
  return ({ namespace, log: { message } }) => {
    const now = performance.now();
    if (now - (lastSaid.get(message) ?? -Infinity) < repeatAfterMs) return;
    if (lastSaid.size > 1_000) lastSaid.clear();
    lastSaid.set(message, now);
    log('debug', `kafkajs ${namespace}: ${message}`);
  };
}

/** Connections to the brokers with kafkajs' metadata and protocol, but no group, no consumer and no loop. */
export interface Connection {
  readonly cluster: Cluster;
  close(): Promise<void>;
}

/**
 * Opens connections of their own. kafkajs hands its `Cluster` only to assigners, so the way to one is a consumer that
 * never runs: it joins no group and leaves none behind. Its isolation level is read_committed.
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
  if (cluster === undefined) throw new Error('kafkajs did not hand out its cluster');
  try {
    await consumer.connect();
    await cluster.refreshMetadata();
  } catch (error) {
    void consumer.disconnect().catch(() => undefined);
    throw error;
  }
  return { cluster, close: () => consumer.disconnect() };
}
