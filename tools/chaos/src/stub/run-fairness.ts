import { setTimeout as pause } from 'node:timers/promises';
import { waitUntil } from '@docfleet/stack';
import type { RunOptions } from '../run/run-options.ts';
import { openRig } from '../world/rig.ts';
import { percentile } from './percentile.ts';
import { startStubMember } from './stub-member.ts';
import { openStubProducer, type StubDocument } from './stub-producer.ts';

/** Time of one document in the stub, in milliseconds, and concurrent documents. */
const serviceMs = 500;
const slots = 4;

/** Number of documents of the tenant with the flood. */
const flood = 5_000;

export interface FairnessReport {
  readonly queued: number;
  /** Time from arrival to start, in multiples of `serviceMs`. */
  readonly urgent: {
    readonly count: number;
    readonly p50: number;
    readonly p95: number;
    readonly max: number;
  };
  readonly quietTenant: { readonly count: number; readonly max: number };
  /** Normal documents that started while urgent ones used all slots, and its duration in seconds. */
  readonly saturated: {
    readonly normalStarted: number;
    readonly urgentStarted: number;
    readonly seconds: number;
  };
  readonly violations: readonly string[];
}

/** Measures waiting times of urgent documents and of a quiet tenant during a flood of one tenant. */
export async function runFairness(options: RunOptions): Promise<FairnessReport> {
  const { progress, signal } = options;
  const rig = await openRig({ ...options, brokers: 1, review: 'never' });
  options.onRig(rig);
  const producer = openStubProducer(rig.direct);
  const startedAt = new Map<string, number>();
  const sentAt = new Map<string, number>();
  const send = async (documents: readonly StubDocument[]): Promise<void> => {
    const now = Date.now();
    for (const { name } of documents) sentAt.set(name, now);
    await producer.send(documents);
  };
  const dwellOf = ({ name }: StubDocument): number =>
    ((startedAt.get(name) ?? Number.POSITIVE_INFINITY) - (sentAt.get(name) ?? 0)) / serviceMs;
  try {
    await progress.step(`${flood} documents of one tenant`, () =>
      send(named(flood, { tenantId: 'flood', lane: 'normal' })),
    );
    const member = await startStubMember({
      endpoints: rig.direct,
      name: 'stub',
      slots,
      work: async (task, context) => {
        startedAt.set(task.context.requestId ?? '', Date.now());
        await pause(serviceMs, undefined, { signal: context.signal });
      },
    });
    await progress.step('the stage has started', async () => {
      await waitUntil(() => startedAt.size >= 4 * slots, 60_000);
    });

    const urgent = named(60, { tenantId: 'flood', lane: 'urgent' });
    const quiet = named(15, { tenantId: 'quiet', lane: 'normal' });
    await progress.step('urgent documents, and those of a quiet tenant', async () => {
      for (const [index, document] of urgent.entries()) {
        await send([document]);
        const own = index % 4 === 0 ? quiet[index / 4] : undefined;
        if (own !== undefined) await send([own]);
        await pause(serviceMs * 0.75, undefined, { signal });
      }
      await waitUntil(() => [...urgent, ...quiet].every(({ name }) => startedAt.has(name)), 30_000);
    });

    const before = startedAt.size;
    const crowd = named(160, { tenantId: 'rush', lane: 'urgent' });
    const rushAt = Date.now();
    await progress.step('more urgent documents than there are slots for', async () => {
      await send(crowd);
      await waitUntil(() => {
        signal.throwIfAborted();
        return crowd.every(({ name }) => startedAt.has(name));
      }, 120_000);
    });
    const seconds = (Date.now() - rushAt) / 1000;
    const urgentStarted = crowd.filter(({ name }) => startedAt.has(name)).length;
    const normalStarted = startedAt.size - before - urgentStarted;
    const queued = flood - [...startedAt.keys()].filter((name) => name.startsWith('flood normal')).length;
    await progress.step('stopping the stage', () => member.leave(10_000));

    const dwell = urgent.map(dwellOf);
    const figures = {
      queued,
      urgent: {
        count: dwell.length,
        p50: percentile(dwell, 0.5),
        p95: percentile(dwell, 0.95),
        max: Math.max(...dwell),
      },
      quietTenant: { count: quiet.length, max: Math.max(...quiet.map(dwellOf)) },
      saturated: { normalStarted, urgentStarted, seconds },
    };
    return { ...figures, violations: violationsOf(figures) };
  } finally {
    await producer.close();
    await rig.stop();
  }
}

function named(count: number, facts: Pick<StubDocument, 'tenantId' | 'lane'>): StubDocument[] {
  return Array.from({ length: count }, (_, index) => ({
    ...facts,
    name: `${facts.tenantId} ${facts.lane} ${index}`,
  }));
}

function violationsOf(figures: Omit<FairnessReport, 'violations'>): readonly string[] {
  const { queued, urgent, quietTenant, saturated } = figures;
  return [
    queued > flood / 2 ? '' : `The flood ended before the measurement: ${queued} left`,
    urgent.p95 < 2 ? '' : `Urgent p95 is ${urgent.p95.toFixed(2)} service times`,
    quietTenant.max < 3 ? '' : `The quiet tenant waited ${quietTenant.max.toFixed(2)} service times`,
    saturated.normalStarted > 0 ? '' : 'No normal document started while urgent ones used all slots',
  ].filter((line) => line !== '');
}
