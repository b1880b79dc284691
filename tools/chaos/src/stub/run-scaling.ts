import { setTimeout as pause } from 'node:timers/promises';
import { waitUntil } from '@docfleet/stack';
import { readTopics } from '../check/read-topics.ts';
import type { RunOptions } from '../run/run-options.ts';
import { addPartitions } from '../world/partitions.ts';
import { openRig, type Rig } from '../world/rig.ts';
import { startStubMember, type StubMember, type StubWork } from './stub-member.ts';
import { openStubProducer } from './stub-producer.ts';

/** Partitions of each lane. */
const partitions = 8;

/** Long documents: number, pages of each, milliseconds of a page, and concurrent documents of a member. */
const [documents, pagesEach, pageMs, slots] = [36, 30, 200, 2];

/** Drain timeout of a member, in milliseconds: shorter than a document, so that documents move to other members. */
const drainMs = 1_500;

export interface ScalingReport {
  readonly documents: number;
  readonly pages: number;
  readonly pagesDone: number;
  readonly pagesAgain: number;
  /** Documents that were started by more than one member. */
  readonly moved: number;
  /** Records for the next stage. */
  readonly results: number;
  readonly violations: readonly string[];
}

/** 2 -> 4 -> 2 members of a stage during long documents. */
export async function runScaling(options: RunOptions): Promise<ScalingReport> {
  const rig = await openRig({ ...options, brokers: 1, review: 'never' });
  options.onRig(rig);
  const producer = openStubProducer(rig.direct);
  const pages = new PageStore();
  try {
    // Four members need at least four, more than the local preset has.
    await addPartitions(rig.direct.broker, 'classification', partitions);
    await producer.send(
      Array.from({ length: documents }, (_, index) => ({
        tenantId: 'long',
        lane: 'normal' as const,
        name: `long ${index}`,
        pageCount: pagesEach,
      })),
    );
    await scale(options, rig, pages);
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

async function scale({ progress, signal }: RunOptions, rig: Rig, pages: PageStore): Promise<void> {
  const start = (name: string): Promise<StubMember> =>
    startStubMember({ endpoints: rig.direct, name, slots, work: pages.workOf(name) });
  const untilRead = async (share: number): Promise<void> => {
    await waitUntil(() => {
      signal.throwIfAborted();
      return pages.stored >= share * documents * pagesEach;
    }, 300_000);
  };
  const first = await progress.step('two members', () => Promise.all([start('stub-1'), start('stub-2')]));
  await progress.step('a fifth of the pages', () => untilRead(0.2));
  const second = await progress.step('four members', () => Promise.all([start('stub-3'), start('stub-4')]));
  await progress.step('half of the pages', () => untilRead(0.5));
  await progress.step('back to two members', () =>
    Promise.all(second.map((member) => member.leave(drainMs))),
  );
  await progress.step('the remaining pages', () => untilRead(1));
  await progress.step('stopping both members', () =>
    Promise.all(first.map((member) => member.leave(30_000))),
  );
}

/** Which member read which page; a stored page is not read again, as in the object store. */
class PageStore {
  readonly #stored = new Set<string>();
  readonly #readers = new Map<string, Set<string>>();
  #done = 0;

  /** Number of stored pages. */
  get stored(): number {
    return this.#stored.size;
  }

  /** Number of page reads, including repeated ones. */
  get done(): number {
    return this.#done;
  }

  /** Documents that more than one member started. */
  get moved(): number {
    return [...this.#readers.values()].filter((readers) => readers.size > 1).length;
  }

  workOf(member: string): StubWork {
    return async (task, { run, signal }) => {
      const readers = this.#readers.get(run.runId) ?? new Set();
      this.#readers.set(run.runId, readers.add(member));
      for (let page = 1; page <= task.pageCount; page += 1) {
        const key = `${run.runId} ${page}`;
        if (this.#stored.has(key)) continue;
        await pause(pageMs, undefined, { signal });
        this.#done += 1;
        this.#stored.add(key);
      }
    };
  }
}

function reportOf(pages: PageStore, results: number): ScalingReport {
  const all = documents * pagesEach;
  const pagesAgain = pages.done - pages.stored;
  const figures = { documents, pages: all, pagesDone: pages.done, pagesAgain, moved: pages.moved, results };
  const violations = [
    pages.stored === all ? '' : `${all - pages.stored} pages were never read`,
    results === documents ? '' : `${results} results of ${documents} documents`,
    pages.moved > 0 ? '' : 'No document moved between members',
    pagesAgain <= pages.moved
      ? ''
      : `${pagesAgain} pages were read again, but only ${pages.moved} documents moved`,
  ].filter((line) => line !== '');
  return { ...figures, violations };
}
