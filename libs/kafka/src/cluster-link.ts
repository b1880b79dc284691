import type { Cluster, Kafka } from 'kafkajs';
import { openConnection, type Connection, type LogLine } from './client.ts';
import { describeError, isConnectionError } from './errors.ts';
import { backoffMs, pauseFor } from './wait.ts';

/**
 * One connection that is opened when needed and replaced when it fails. It is never repaired: after kafkajs' own
 * reconnection, objects may look connected and not be.
 */
export class ClusterLink {
  readonly #kafka: Kafka;
  readonly #log: LogLine;
  readonly #closed = new AbortController();
  #connection: Promise<Connection> | undefined;

  constructor(kafka: Kafka, log: LogLine) {
    this.#kafka = kafka;
    this.#log = log;
  }

  /** The cluster, connected. */
  async connect(): Promise<Cluster> {
    if (this.#closed.signal.aborted) throw new Error('The log is closed');
    this.#connection ??= openConnection(this.#kafka).catch((error: unknown) => {
      this.#connection = undefined;
      throw error;
    });
    return (await this.#connection).cluster;
  }

  /** After an error: a broken connection is dropped; after an error of a broker the metadata is refreshed. */
  async recover(error: unknown): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined) return;
    if (!isConnectionError(error)) {
      try {
        await (await connection).cluster.refreshMetadata();
        return;
      } catch {
        // The connection is dropped below.
      }
    }
    if (this.#connection === connection) this.#connection = undefined;
    void connection.then((open) => open.close()).catch(() => undefined);
  }

  /**
   * Repeats `action` until it succeeds, `signal` aborts or the link is closed.
   *
   * @throws the signal's reason
   */
  async retry<T>(
    action: (cluster: Cluster) => Promise<T>,
    options: { signal: AbortSignal; what: string },
  ): Promise<T> {
    const signal = AbortSignal.any([options.signal, this.#closed.signal]);
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      try {
        return await action(await this.connect());
      } catch (error) {
        signal.throwIfAborted();
        if (attempt % 10 === 3) {
          this.#log('warn', `Request failed, retrying: ${options.what}`, {
            attempt,
            error: describeError(error),
          });
        }
        await this.recover(error);
        await pauseFor(backoffMs(attempt), signal);
      }
    }
  }

  async close(): Promise<void> {
    this.#closed.abort(new Error('The log is closed'));
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.then((open) => open.close()).catch(() => undefined);
  }
}
