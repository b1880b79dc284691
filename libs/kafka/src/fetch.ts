import { partitionName, type TopicPartition } from '@docfleet/domain';
import { type LogRecord } from '@docfleet/record-log';
import type { Cluster } from 'kafkajs';

/** Null for a header without a value, which Kafka allows. */
type HeaderValue = Buffer | string | null;

/** A fetched record as decoded by kafkajs 2.2.4, with data of its batch. */
export interface FetchedMessage {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, HeaderValue | HeaderValue[] | undefined>>;
  /** Set on the markers that end transactions. */
  readonly isControlRecord: boolean;
  readonly batchContext: {
    readonly firstOffset: string;
    readonly lastOffsetDelta: number;
    readonly producerId: string;
    readonly inTransaction: boolean;
  };
}

export interface AbortedTransaction {
  readonly producerId: string;
  readonly firstOffset: string;
}

interface FetchResponse {
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly lastStableOffset: string;
      readonly abortedTransactions: readonly AbortedTransaction[] | null;
      readonly messages: readonly FetchedMessage[];
    }[];
  }[];
}

export interface FetchPosition extends TopicPartition {
  readonly offset: bigint;
}

export interface FetchedPartition extends TopicPartition {
  /** Committed records from the position on. */
  readonly records: readonly LogRecord[];
  /** Offset of the next fetch. */
  readonly nextOffset: bigint;
}

const readCommitted = 1;

interface FetchLimits {
  /** Longest wait of the broker for records. */
  readonly maxWaitMs: number;
  readonly maxBytes: number;
  readonly maxBytesPerPartition: number;
}

/**
 * One fetch from one broker, which answers as soon as it has records or after `maxWaitMs`.
 *
 * @throws KafkaJSOffsetOutOfRange for the first partition whose position does not exist
 */
export async function fetchFrom(
  cluster: Cluster,
  nodeId: string,
  positions: readonly FetchPosition[],
  limits: FetchLimits,
): Promise<FetchedPartition[]> {
  const answers = await request(cluster, nodeId, positions, limits);
  const empty = answers.find((each) => each.messages.length === 0 && each.lastStableOffset > each.offset);
  if (empty !== undefined && positions.length > 1) {
    const [single] = await request(cluster, nodeId, [empty], { ...limits, maxWaitMs: 0 });
    if (single !== undefined) answers.splice(answers.indexOf(empty), 1, single);
  }
  return answers.map((answer) => ({
    topic: answer.topic,
    partition: answer.partition,
    records: committedMessages(answer.messages, answer.aborted)
      .filter(({ offset }) => BigInt(offset) >= answer.offset)
      .map((message) => toRecord(answer, message)),
    nextOffset: positionAfter(answer),
  }));
}

interface Answer extends FetchPosition {
  readonly messages: readonly FetchedMessage[];
  readonly aborted: readonly AbortedTransaction[];
  readonly lastStableOffset: bigint;
  /** Whether the request was for this partition only. The broker then returns the next batch, whatever its size. */
  readonly alone: boolean;
}

async function request(
  cluster: Cluster,
  nodeId: string,
  positions: readonly FetchPosition[],
  limits: FetchLimits,
): Promise<Answer[]> {
  const broker = await cluster.findBroker({ nodeId });
  const { responses } = (await broker.fetch({
    isolationLevel: readCommitted,
    maxWaitTime: limits.maxWaitMs,
    minBytes: 1,
    maxBytes: limits.maxBytes,
    topics: positions.map(({ topic, partition, offset }) => ({
      topic,
      partitions: [{ partition, fetchOffset: String(offset), maxBytes: limits.maxBytesPerPartition }],
    })),
  })) as FetchResponse;
  const requested = new Map(positions.map((each) => [partitionName(each), each]));
  return responses.flatMap(({ topicName, partitions }) =>
    partitions.flatMap(({ partition, messages, abortedTransactions, lastStableOffset }) => {
      const position = requested.get(partitionName({ topic: topicName, partition }));
      if (position === undefined) return [];
      return [
        {
          topic: topicName,
          partition,
          offset: position.offset,
          messages,
          aborted: abortedTransactions ?? [],
          lastStableOffset: BigInt(lastStableOffset),
          alone: positions.length === 1,
        },
      ];
    }),
  );
}

/**
 * Records without markers and without those of aborted transactions.
 *
 * kafkajs' own filter lets aborted records through: it assumes that aborted transactions are sorted by their first
 * offset, although brokers list them in the order in which they ended, and starts to ignore at most one producer per
 * record. This filter sorts them and follows the algorithm of the Java client.
 */
export function committedMessages(
  messages: readonly FetchedMessage[],
  aborted: readonly AbortedTransaction[],
): FetchedMessage[] {
  const pending = aborted
    .map(({ producerId, firstOffset }) => ({ producerId, firstOffset: BigInt(firstOffset) }))
    .sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  const ignored = new Set<string>();
  return messages.filter((message) => {
    const offset = BigInt(message.offset);
    for (let next = pending[0]; next !== undefined && next.firstOffset <= offset; next = pending[0]) {
      ignored.add(next.producerId);
      pending.shift();
    }
    const { producerId, inTransaction } = message.batchContext;
    if (!message.isControlRecord) return !(inTransaction && ignored.has(producerId));
    if (isAbortMarker(message)) ignored.delete(producerId);
    return false;
  });
}

/** A marker's key is a version and a type, two bytes each; type 0 is abort. */
function isAbortMarker({ key }: FetchedMessage): boolean {
  return key !== null && key.length >= 4 && key.readInt16BE(2) === 0;
}

/**
 * Past the last batch, including offsets that compaction removed from its end. No message although the log continues
 * means, in a request for several partitions, that others used up the bytes; in a request for one, that compaction
 * emptied the batch. kafkajs does not expose the length of that batch, so the position moves by one.
 */
function positionAfter({ offset, messages, lastStableOffset, alone }: Answer): bigint {
  const last = messages.at(-1);
  if (last === undefined) return alone && lastStableOffset > offset ? offset + 1n : offset;
  const end = BigInt(last.batchContext.firstOffset) + BigInt(last.batchContext.lastOffsetDelta) + 1n;
  return end > offset ? end : offset + 1n;
}

function toRecord(at: TopicPartition, message: FetchedMessage): LogRecord {
  return {
    topic: at.topic,
    partition: at.partition,
    offset: BigInt(message.offset),
    timestampMs: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: Object.fromEntries(
      Object.entries(message.headers).flatMap(([name, value]) => {
        // A header without a value is legal in Kafka, and null, although the type of kafkajs omits it.
        const last = Array.isArray(value) ? value.at(-1) : value;
        return last === undefined || last === null ? [] : [[name, last.toString()]];
      }),
    ),
  };
}
