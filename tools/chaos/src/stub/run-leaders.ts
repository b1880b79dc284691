import { setTimeout as pause } from 'node:timers/promises';
import { openKafkaAdmin, openKafkaLog } from '@docfleet/kafka';
import kafkajs from 'kafkajs';
import type { RunOptions } from '../run/run-faults.ts';
import { openRig } from '../world/rig.ts';

const { Kafka, logLevel } = kafkajs;

const partitions = 6;

/** Callers that write at the same time, each the next record when the one before is acknowledged. */
const callers = 10;

/** How often a leader dies, and how long the cluster has after each death, in milliseconds. */
const deaths = 3;
const betweenDeathsMs = 12_000;

/** Pause of a caller between two records, in milliseconds. */
const callerPauseMs = 10;

/** What became of the records of one way of writing. */
export interface Sent {
  readonly acknowledged: number;
  /** Calls that failed: nobody was told that these records are in the log. */
  readonly refused: number;
  /** Acknowledged and not in the log. */
  readonly lost: number;
  /** More than once in the log. */
  readonly doubled: number;
}

export interface LeadersReport {
  readonly deaths: number;
  /** Through the fleet's own log: one send at a time, whoever calls. */
  readonly serial: Sent;
  /** Through a stock idempotent producer that is called by all at once: what the serial one is there for. */
  readonly concurrent: Sent;
  readonly violations: readonly string[];
}

/** Many callers write while leaders die one after the other: nothing that was acknowledged may be missing or double. */
export async function runLeaders(options: RunOptions): Promise<LeadersReport> {
  const { progress, signal } = options;
  const rig = await openRig({ ...options, brokers: 3 });
  options.onRig(rig);
  const brokers = rig.direct.broker.split(',');
  const admin = openKafkaAdmin({ brokers, clientId: 'chaos-leaders' });
  const log = openKafkaLog({ brokers, clientId: 'chaos-serial' });
  const kafka = new Kafka({ clientId: 'chaos-stock', brokers, logLevel: logLevel.NOTHING });
  const stock = kafka.producer({
    idempotent: true,
    allowAutoTopicCreation: false,
    retry: { retries: 50, initialRetryTime: 50, maxRetryTime: 1_000 },
  });
  try {
    const topics = ['leaders-serial', 'leaders-concurrent'];
    const specs = topics.map((name) => ({ name, partitions, config: {} }));
    await admin.apply(await admin.plan(specs), 3);
    await stock.connect();
    const stop = new AbortController();
    const serial = new Callers(stop.signal, (key, value) =>
      log.produce([{ topic: 'leaders-serial', key, value, headers: {} }]),
    );
    const concurrent = new Callers(stop.signal, async (key, value) => {
      await stock.send({ topic: 'leaders-concurrent', acks: -1, messages: [{ key, value }] });
    });
    for (let death = 0; death < deaths; death += 1) {
      await progress.step(`broker ${death + 1} of ${deaths} dies`, async () => {
        await pause(1_000, undefined, { signal });
        rig.servers.kill('kafka', death);
        await pause(betweenDeathsMs, undefined, { signal });
      });
    }
    stop.abort();
    await progress.step('the last answers', () => Promise.all([serial.ended, concurrent.ended]));
    const read = (topic: string): Promise<readonly string[]> => readAll(log, topic, signal);
    const [inSerial, inConcurrent] = await progress.step('reading what is there', () =>
      Promise.all([read('leaders-serial'), read('leaders-concurrent')]),
    );
    const figures = {
      deaths,
      serial: serial.compare(inSerial),
      concurrent: concurrent.compare(inConcurrent),
    };
    return { ...figures, violations: violationsOf(figures.serial) };
  } finally {
    await stock.disconnect().catch(() => undefined);
    await log.close();
    await admin.close();
    await rig.stop();
  }
}

/** Callers of one way of writing, and what they were told. */
class Callers {
  readonly ended: Promise<unknown>;
  readonly #acknowledged = new Set<string>();
  #refused = 0;

  constructor(stop: AbortSignal, send: (key: Buffer, value: Buffer) => Promise<void>) {
    const call = async (caller: number): Promise<void> => {
      for (let number = 0; !stop.aborted; number += 1) {
        const text = `${caller}-${number}`;
        try {
          await send(Buffer.from(text), Buffer.from(text));
          this.#acknowledged.add(text);
        } catch {
          this.#refused += 1;
        }
        await pause(callerPauseMs);
      }
    };
    this.ended = Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)));
  }

  compare(found: readonly string[]): Sent {
    const present = new Set(found);
    return {
      acknowledged: this.#acknowledged.size,
      refused: this.#refused,
      lost: [...this.#acknowledged].filter((text) => !present.has(text)).length,
      doubled: found.length - present.size,
    };
  }
}

async function readAll(
  log: ReturnType<typeof openKafkaLog>,
  topic: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const parts = Array.from({ length: partitions }, async (_, partition) => {
    const at = { topic, partition };
    return log.readRange({ at, from: 0n, to: await log.endOffset(at), signal });
  });
  return (await Promise.all(parts)).flat().map(({ value }) => value?.toString() ?? '');
}

function violationsOf({ acknowledged, lost, doubled }: Sent): readonly string[] {
  return [
    acknowledged > 0 ? '' : 'nothing was acknowledged, so nothing was tried',
    lost === 0 ? '' : `${lost} acknowledged records are not in the log`,
    doubled === 0 ? '' : `${doubled} records are in the log twice`,
  ].filter((line) => line !== '');
}
