import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { waitUntil } from '@docfleet/stack';
import type { RunOptions } from '../run/run-options.ts';
import { openRig } from '../world/rig.ts';
import { percentile } from './percentile.ts';
import { startStubMember } from './stub-member.ts';
import { openStubProducer } from './stub-producer.ts';

/** Number of documents, and of documents in a batch, so that the log stays small and the stage is never idle. */
const [documents, batch] = [10_000, 250];

/** Documents measureEvery two measurements. */
const measureEvery = 500;

/** Allowed growth of the heap from the second fifth to the last, in percent. */
const allowedPercent = 10;

export interface SoakReport {
  readonly documents: number;
  readonly seconds: number;
  /** Heap in use after a collection, in megabytes, every 500 documents. */
  readonly heapMegabytes: readonly number[];
  readonly growthPercent: number;
  readonly violations: readonly string[];
}

/** Runs 10,000 documents through a stage without work, and measures the growth of its heap. */
export async function runSoak(options: RunOptions): Promise<SoakReport> {
  const { progress, signal } = options;
  const rig = await openRig({ ...options, brokers: 1, review: 'never' });
  options.onRig(rig);
  const producer = openStubProducer(rig.direct);
  const collect = exposedCollector();
  const heap: number[] = [];
  let worked = 0;
  try {
    const member = await startStubMember({
      endpoints: rig.direct,
      name: 'stub',
      slots: 8,
      work: () => {
        worked += 1;
        return Promise.resolve();
      },
    });
    const startedAt = performance.now();
    await progress.step(`${documents} documents`, async () => {
      for (let sent = 0; sent < documents; sent += batch) {
        await producer.send(
          Array.from({ length: batch }, (_, index) => ({
            // A new tenant for each document: state of tenants must not be kept forever.
            tenantId: `tenant-${sent + index}`,
            lane: 'normal' as const,
            name: `soak ${sent + index}`,
          })),
        );
        const until = sent + batch === documents ? documents : sent + batch - 50;
        await waitUntil(() => {
          signal.throwIfAborted();
          return worked >= until;
        }, 120_000);
        if ((sent + batch) % measureEvery === 0) {
          collect();
          heap.push(process.memoryUsage().heapUsed / 1e6);
          progress.note(`${worked} documents, ${heap.at(-1)?.toFixed(1) ?? ''} MB of heap`);
        }
      }
    });
    const seconds = (performance.now() - startedAt) / 1000;
    await progress.step('stopping the stage', () => member.leave(10_000));
    return reportOf(worked, seconds, heap);
  } finally {
    await producer.close();
    await rig.stop();
  }
}

function exposedCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

function reportOf(worked: number, seconds: number, heap: readonly number[]): SoakReport {
  const fifth = Math.floor(heap.length / 5);
  const [early, late] = [heap.slice(fifth, 2 * fifth), heap.slice(-fifth)].map((part) =>
    percentile(part, 0.5),
  );
  const growthPercent = Math.round(((late ?? 0) / (early ?? 1) - 1) * 1000) / 10;
  const violations = [
    worked >= documents ? '' : `${worked} of ${documents} documents were processed`,
    growthPercent <= allowedPercent ? '' : `The heap grew by ${growthPercent} %`,
  ].filter((line) => line !== '');
  return {
    documents: worked,
    seconds: Math.round(seconds),
    heapMegabytes: heap.map((megabytes) => Math.round(megabytes * 10) / 10),
    growthPercent,
    violations,
  };
}
