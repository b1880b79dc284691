import { describe, expect, it } from 'vitest';
import {
  belowFloors,
  compareWithFloors,
  figuresOf,
  type EndedDocument,
  type Figures,
  type Usage,
} from './figures.ts';
import { percentile } from './percentile.ts';

const usage = (facts: Partial<Usage> = {}): Usage => ({
  cpuSeconds: { ocr: 0, kafka: 0 },
  machineBusySeconds: 0,
  memoryBytes: 1e9,
  ...facts,
});

const document = (endedAtMs: number, facts: Partial<EndedDocument> = {}): EndedDocument => ({
  lane: 'normal',
  status: 'completed',
  submittedAtMs: 1_000,
  endedAtMs,
  estimates: [],
  timings: [{ stage: 'ocr', queuedMs: 500, activeMs: 2_000 }],
  ...facts,
});

const measured = (facts: { readonly afterFirst?: Usage | null; readonly after?: Usage } = {}): Figures =>
  figuresOf([document(3_000, { lane: 'urgent' }), document(5_000), document(11_000, { status: 'failed' })], {
    before: usage(),
    afterFirst: facts.afterFirst ?? null,
    after: facts.after ?? usage({ cpuSeconds: { ocr: 6, kafka: 3 }, machineBusySeconds: 9 }),
  });

describe('O-07: figuresOf', () => {
  it('counts documents, throughput and the time from sending to the end, also by lane', () => {
    expect(measured()).toMatchObject({
      documents: 3,
      completed: 2,
      failed: 1,
      wallSeconds: 10,
      documentsPerHour: 1080,
      latencySeconds: { p50: 4, p95: 10, p99: 10 },
      latencySecondsByLane: { urgent: { p50: 2 }, normal: { p50: 4, p95: 10 } },
      stages: { ocr: { queued: { p50: 0.5 }, active: { p99: 2 } } },
    });
  });

  it('charges processor time to each process, and says how much other work there was', () => {
    const after = usage({ cpuSeconds: { ocr: 6, kafka: 3 }, machineBusySeconds: 27 });
    const { cpuSecondsPerDocument, otherWork } = measured({ after });
    expect([cpuSecondsPerDocument, otherWork]).toEqual([{ all: 3, ocr: 2, kafka: 1 }, 3]);
  });

  it('gives the growth of memory over 50 documents only when so many have ended', () => {
    expect(measured().memoryGrowthPercentOver50).toBeNull();
    const figures = measured({
      afterFirst: usage({ memoryBytes: 1.1e9 }),
      after: usage({ cpuSeconds: { ocr: 6, kafka: 3 }, memoryBytes: 1.25e9 }),
    });
    expect([figures.memoryGrowthPercentOver50, figures.memoryGrowthPercent]).toEqual([10, 25]);
  });

  it('refuses a run in which nothing has ended', () => {
    expect(() => figuresOf([], { before: usage(), afterFirst: null, after: usage() })).toThrow(
      'no document has ended',
    );
  });
});

describe('O-06: belowFloors', () => {
  const good: Figures = {
    ...measured(),
    failed: 0,
    documentsPerHour: 170,
    latencySeconds: { p50: 12, p95: 21.2, p99: 60 },
    memoryGrowthPercentOver50: 20,
  };

  it('takes what is just on the floors', () => {
    expect(belowFloors(good)).toEqual([]);
  });

  it.each([
    [{ documentsPerHour: 169 }, '169 documents an hour are fewer than 170'],
    [{ latencySeconds: { p50: 12.1, p95: 21.2, p99: 60 } }, 'p50 of 12.1 s is longer than 12 s'],
    [{ latencySeconds: { p50: 12, p95: 21.3, p99: 60 } }, 'p95 of 21.3 s is longer than 21.2 s'],
    [{ memoryGrowthPercentOver50: 20.1 }, 'memory grew by 20.1 % over 50 documents, more than 20 %'],
    [{ failed: 1 }, '1 documents ended without a result'],
  ])('names what falls short: %j', (facts, line) => {
    expect(belowFloors({ ...good, ...facts })).toEqual([line]);
  });

  it('stands beside what was measured, kept or missed', () => {
    const compared = compareWithFloors({ ...good, documentsPerHour: 169, memoryGrowthPercentOver50: null });
    expect(compared.map(({ floor, ours, isKept }) => [floor, ours, isKept])).toEqual([
      [0, 0, true],
      [170, 169, false],
      [12, 12, true],
      [21.2, 21.2, true],
      [20, null, true],
    ]);
  });

  it('leaves out the time that other work took, and nothing else', () => {
    const slow = { documentsPerHour: 90, latencySeconds: { p50: 23, p95: 40, p99: 60 } };
    expect(belowFloors({ ...good, ...slow, otherWork: 2 })).toEqual([]);
    expect(belowFloors({ ...good, ...slow, otherWork: 1 }).length).toBe(3);
    expect(belowFloors({ ...good, memoryGrowthPercentOver50: 30, otherWork: 2 }).length).toBe(1);
  });
});

it('takes percentiles by nearest rank', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([
    percentile(values, 0.5),
    percentile(values, 0.95),
    percentile([7], 0.99),
    percentile([], 0.5),
  ]).toEqual([50, 95, 7, 0]);
});
