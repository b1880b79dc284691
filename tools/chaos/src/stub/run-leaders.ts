import { setTimeout as pause } from 'node:timers/promises';
import { openKafkaAdmin, openKafkaLog } from '@docfleet/kafka';
import kafkajs from 'kafkajs';
import type { RunOptions } from '../run/run-options.ts';
import { openRig } from '../world/rig.ts';

const { Kafka, logLevel } = kafkajs;

const partitions = 6;

/** Concurrent callers; each writes its next record when the previous one is acknowledged. */
const callers = 10;

/** Number of leaders that are killed, and the time after each kill, in milliseconds. */
const deaths = 3;
const betweenDeathsMs = 12_000;

/** Pause of a caller between two records, in milliseconds. */
const callerPauseMs = 10;

/** Results of one kind of producer. */
export interface Sent {
  readonly acknowledged: number;
  /** Calls that failed: their records were not acknowledged. */
  readonly refused: number;
  /** Acknowledged and not in the log. */
  readonly lost: number;
  /** More than once in the log. */
  readonly doubled: number;
}

export interface LeadersReport {
  readonly deaths: number;
  /** Through the fleet's own log: one send at a time for all callers. */
  readonly serial: Sent;
  /** Through a plain idempotent kafkajs producer with concurrent calls, for comparison. */
  readonly concurrent: Sent;
  readonly violations: readonly string[];
}

/** Many callers write while leaders are killed one by one: no acknowledged record may be missing or duplicated. */
export async function runLeaders(options: RunOptions): Promise<LeadersReport> {
  const { progress, signal } = options;
  const rig = await openRig({ ...options, brokers: 3, review: 'never' });
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
      await progress.step(`killing broker ${death + 1} of ${deaths}`, async () => {
        await pause(1_000, undefined, { signal });
        rig.servers.kill('kafka', death);
        await pause(betweenDeathsMs, undefined, { signal });
      });
    }
    stop.abort();
    await progress.step('waiting for the last responses', () =>
      Promise.all([serial.ended, concurrent.ended]),
    );
    const read = (topic: string): Promise<readonly string[]> => readAll(log, topic, signal);
    const [inSerial, inConcurrent] = await progress.step('reading the topics', () =>
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

/** Callers of one kind of producer, and their results. */
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
    acknowledged > 0 ? '' : 'No record was acknowledged',
    lost === 0 ? '' : `${lost} acknowledged records are not in the log`,
    doubled === 0 ? '' : `${doubled} records are in the log twice`,
  ].filter((line) => line !== '');
}
