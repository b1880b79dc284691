import { setTimeout as pause } from 'node:timers/promises';
import { waitUntil } from '@docfleet/stack';
import { lanes } from '@docfleet/domain';
import kafkajs from 'kafkajs';
import { readTopics } from '../check/read-topics.ts';
import type { RunOptions } from '../run/run-faults.ts';
import { openRig, type Rig } from '../world/rig.ts';
import { startStubMember, type StubMember, type StubWork } from './stub-member.ts';
import { openStubProducer } from './stub-producer.ts';

const { Kafka, logLevel } = kafkajs;

/** Of each lane. */
const partitions = 8;

/** Long documents: so many pages of so many milliseconds, two at a time in every member. */
const [documents, pagesEach, pageMs, slots] = [36, 30, 200, 2];

/** A member that leaves has this long to finish: less than a document takes, so that work moves. */
const drainMs = 1_500;

export interface ScalingReport {
  readonly documents: number;
  readonly pages: number;
  readonly pagesDone: number;
  readonly pagesAgain: number;
  /** Documents that were begun in more than one place: what moved. */
  readonly moved: number;
  /** Results that the next stage would read. */
  readonly results: number;
  readonly violations: readonly string[];
}

/** 2 -> 4 -> 2 members of a stage during long documents. */
export async function runScaling(options: RunOptions): Promise<ScalingReport> {
  const rig = await openRig({ ...options, brokers: 1 });
  options.onRig(rig);
  const producer = openStubProducer(rig.direct);
  const pages = new PageBook();
  try {
    await widen(rig.direct.broker);
    await producer.send(
      Array.from({ length: documents }, (_, index) => ({
        tenantId: 'long',
        lane: 'normal' as const,
        name: `long ${index}`,
        pageCount: pagesEach,
      })),
    );
    await grow(options, rig, pages);
    const records = await options.progress.step('reading the results', () =>
      readTopics({
        broker: rig.direct.broker,
        registry: rig.direct.registry,
        topics: ['extraction.tasks.normal'],
        group: `checker-${rig.mark}`,
      }),
    );
    return reportOf(pages, records.length);
  } finally {
    await producer.close();
    await rig.stop();
  }
}

/** Partitions are assigned whole, so four members need at least four: more than one machine's preset has. */
async function widen(broker: string): Promise<void> {
  const kafka = new Kafka({ clientId: 'chaos', brokers: broker.split(','), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const topicPartitions = lanes.map((lane) => ({ topic: `classification.tasks.${lane}`, count: partitions }));
  await admin.createPartitions({ topicPartitions });
  await admin.disconnect();
}

async function grow({ progress, signal }: RunOptions, rig: Rig, pages: PageBook): Promise<void> {
  const start = (name: string): Promise<StubMember> =>
    startStubMember({ endpoints: rig.direct, name, slots, work: pages.workOf(name) });
  const untilRead = async (share: number): Promise<void> => {
    await waitUntil(() => {
      signal.throwIfAborted();
      return pages.kept >= share * documents * pagesEach;
    }, 300_000);
  };
  const first = await progress.step('two members', () => Promise.all([start('stub-1'), start('stub-2')]));
  await progress.step('a fifth is read', () => untilRead(0.2));
  const second = await progress.step('four members', () => Promise.all([start('stub-3'), start('stub-4')]));
  await progress.step('half is read', () => untilRead(0.5));
  await progress.step('two members again', () => Promise.all(second.map((member) => member.leave(drainMs))));
  await progress.step('the rest', () => untilRead(1));
  await progress.step('both leave', () => Promise.all(first.map((member) => member.leave(30_000))));
}

/** Which page was read by whom; a page that is kept is not read again, as the store's pages are not. */
class PageBook {
  readonly #kept = new Set<string>();
  readonly #readers = new Map<string, Set<string>>();
  #done = 0;

  /** Pages that are kept. */
  get kept(): number {
    return this.#kept.size;
  }

  /** Readings, also of pages that were read before. */
  get done(): number {
    return this.#done;
  }

  /** Documents that more than one member has begun. */
  get moved(): number {
    return [...this.#readers.values()].filter((readers) => readers.size > 1).length;
  }

  workOf(member: string): StubWork {
    return async (task, { run, signal }) => {
      const readers = this.#readers.get(run.runId) ?? new Set();
      this.#readers.set(run.runId, readers.add(member));
      for (let page = 1; page <= task.pageCount; page += 1) {
        const key = `${run.runId} ${page}`;
        if (this.#kept.has(key)) continue;
        await pause(pageMs, undefined, { signal });
        this.#done += 1;
        this.#kept.add(key);
      }
    };
  }
}

function reportOf(pages: PageBook, results: number): ScalingReport {
  const all = documents * pagesEach;
  const pagesAgain = pages.done - pages.kept;
  const figures = { documents, pages: all, pagesDone: pages.done, pagesAgain, moved: pages.moved, results };
  const violations = [
    pages.kept === all ? '' : `${all - pages.kept} pages were never read`,
    results === documents ? '' : `${results} results of ${documents} documents`,
    pages.moved > 0 ? '' : 'no document moved: the members did not share the work',
    pagesAgain <= pages.moved ? '' : `${pagesAgain} pages again, though ${pages.moved} documents moved`,
  ].filter((line) => line !== '');
  return { ...figures, violations };
}
