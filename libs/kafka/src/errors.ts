import type { TopicPartition } from '@docfleet/domain';

/** Properties of errors of kafkajs and Node. */
interface ErrorFacts {
  readonly name: string;
  readonly message: string;
  readonly type: string;
  readonly code: unknown;
}

/** The error and its causes, outermost first. */
function causes(error: unknown): ErrorFacts[] {
  const chain: ErrorFacts[] = [];
  for (
    let at = error;
    typeof at === 'object' && at !== null && chain.length < 8;
    at = property(at, 'cause')
  ) {
    chain.push({
      name: String(property(at, 'name')),
      message: String(property(at, 'message')),
      type: String(property(at, 'type')),
      code: property(at, 'code'),
    });
  }
  return chain;
}

function property(from: object, name: string): unknown {
  return (from as Record<string, unknown>)[name];
}

/** Whether a broker answered with this error, by its protocol name, anywhere in the chain. */
export function isProtocolError(error: unknown, ...types: readonly string[]): boolean {
  return causes(error).some(({ type }) => types.includes(type));
}

/**
 * Whether a newer producer with the same transactional id exists: INVALID_PRODUCER_EPOCH (47), or PRODUCER_FENCED
 * (90), which kafkajs does not know by name.
 */
export function isFenced(error: unknown): boolean {
  return causes(error).some(
    ({ code, message }) => code === 47 || code === 90 || message === 'Unknown error code 90',
  );
}

/** Whether the connection failed rather than the request; then it must be replaced. */
export function isConnectionError(error: unknown): boolean {
  return !causes(error).some(
    ({ name }) => name === 'KafkaJSProtocolError' || name === 'KafkaJSOffsetOutOfRange',
  );
}

/** Errors about a broker that cannot be reached or does not answer. */
const brokerFailures = [
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSLockTimeout',
];

/** Whether a broker failed, and so everything that was asked of it. */
export function isBrokerFailure(error: unknown): boolean {
  return causes(error).some(({ name }) => brokerFailures.includes(name));
}

/** The partition whose position is out of range; undefined for every other error. */
export function partitionOutOfRange(error: unknown): TopicPartition | undefined {
  if (!(error instanceof Error) || error.name !== 'KafkaJSOffsetOutOfRange') return undefined;
  const topic = property(error, 'topic');
  const partition = property(error, 'partition');
  if (typeof topic !== 'string' || typeof partition !== 'number') return undefined;
  return { topic, partition };
}

/** One line about an error, for a log. */
export function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
