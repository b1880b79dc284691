import { lanes, stageNames } from '@docfleet/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimate, fleetTimesOf, type WaitingDocument } from './queue-estimate.ts';
import type { PassedStage } from './queue-model.ts';
import { workStages } from './work-stages.ts';

/** Work of each stage in the simulated fleet, in milliseconds, and how many documents it works on at once. */
const fleet = workStages.map((stage) =>
  stage === 'ocr' ? { stage, workMs: 2_000, slots: 2 } : { stage, workMs: 200, slots: 1 },
);

/** Work on a document from a stage to the end, in seconds. */
function workFrom(first: string | undefined): number {
  const left = fleet.slice(fleet.findIndex(({ stage }) => stage === first));
  return left.reduce((sum, { workMs }) => sum + workMs, 0) / 1_000;
}

const unknownKind = { mediaType: null, sizeBytes: 0, pageCount: 0 };

/** Passes documents through the fleet, first come first served. */
function simulate(arrivalsMs: readonly number[]): { passed: PassedStage[]; endedAt: number[] } {
  const passed: PassedStage[] = [];
  let ready = [...arrivalsMs];
  for (const { stage, workMs, slots } of fleet) {
    const freeAt = Array.from({ length: slots }, () => 0);
    ready = ready.map((arrivedAt, index) => {
      const slot = freeAt.indexOf(Math.min(...freeAt));
      const start = Math.max(arrivedAt, freeAt[slot] ?? 0);
      freeAt[slot] = start + workMs;
      passed.push({
        runId: `run-${index}`,
        tenantId: 'acme',
        stage,
        lane: 'normal',
        ...unknownKind,
        pageCount: 1,
        at: start + workMs,
        queuedMs: start - arrivedAt,
        activeMs: workMs,
      });
      return start + workMs;
    });
  }
  return { passed, endedAt: ready };
}

const document = (facts: Partial<WaitingDocument> & Pick<WaitingDocument, 'runId'>): WaitingDocument => ({
  tenantId: 'acme',
  lane: 'normal',
  stage: 'ocr',
  createdAt: 0,
  sinceMs: 0,
  ...unknownKind,
  ...facts,
});

const waiting = (count: number, facts: Partial<WaitingDocument> = {}): WaitingDocument[] =>
  Array.from({ length: count }, (_, index) =>
    document({ runId: `${facts.tenantId ?? 'acme'}-${index}`, createdAt: index, ...facts }),
  );

const nothingKnown = { etaSeconds: null, etaLowSeconds: null, etaHighSeconds: null };

describe('the position of a document', () => {
  const times = fleetTimesOf([]);
  const positionOf = (of: WaitingDocument, open: readonly WaitingDocument[]): number =>
    estimate(of, { open, times }).position;

  it('counts those of its tenant that came before it', () => {
    const open = waiting(10);
    expect(open.map((each) => positionOf(each, open))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('of another tenant counts as many as of its own, and one more, because tenants take turns', () => {
    const open = [...waiting(1_000, { tenantId: 'flood' }), ...waiting(2, { tenantId: 'small' })];
    const small = waiting(2, { tenantId: 'small' });
    expect(small.map((each) => positionOf(each, open))).toEqual([2, 4]);
  });

  it('counts neither other lanes nor the document itself', () => {
    const me = document({ runId: 'me', createdAt: 99 });
    expect(positionOf(me, [me, ...waiting(3, { lane: 'urgent' })])).toBe(1);
  });
});

describe('the time to its end', () => {
  it('is unknown while no document has come through its stage and ended', () => {
    const { passed } = simulate([0]);
    const etaOf = (stage: string | null, seen: readonly PassedStage[]) =>
      estimate(document({ runId: 'me', stage }), { open: [], times: fleetTimesOf(seen) });
    expect(etaOf(null, [])).toEqual({ position: 1, ...nothingKnown });
    const unfinished = passed.filter(({ stage }) => stage !== 'integration');
    expect(etaOf(null, unfinished)).toMatchObject(nothingKnown);
    const withoutOcr = passed.filter(({ stage }) => stage !== 'ocr');
    expect(etaOf('ocr', withoutOcr)).toMatchObject(nothingKnown);
    expect(etaOf('extraction', withoutOcr).etaSeconds).not.toBeNull();
  });

  it('is the work of the stages that are left, when nobody is ahead', () => {
    const times = fleetTimesOf(simulate([0, 60_000, 120_000]).passed);
    const etaAt = (stage: string | null) =>
      estimate(document({ runId: 'me', stage }), { open: [], times }).etaSeconds;
    const stages = ['ocr', 'classification', 'integration'];
    expect(stages.map(etaAt)).toEqual(stages.map(workFrom));
    expect(etaAt(null)).toBe(workFrom(workStages[0]));
  });

  it('before the stage of review is that before the last stage, and nothing is learnt from documents that people looked at', () => {
    const { passed } = simulate([0, 60_000, 120_000]);
    const reviewed = passed.flatMap((each) => {
      if (each.stage !== 'validation') return [each];
      const at = each.at + 3_600_000;
      return [each, { ...each, stage: 'review', at, queuedMs: 0, activeMs: 3_600_000 }];
    });
    const etaAt = (stage: string, from: readonly PassedStage[]) =>
      estimate(document({ runId: 'me', stage }), { open: [], times: fleetTimesOf(from) }).etaSeconds;
    expect(etaAt('review', passed)).toBe(etaAt('integration', passed));
    expect(
      etaAt('ocr', [...passed, ...reviewed.map((each) => ({ ...each, runId: `${each.runId}-r` }))]),
    ).toBe(etaAt('ocr', passed));
  });

  it('has less to come the longer it is worked on', () => {
    const times = fleetTimesOf(simulate([0, 60_000, 120_000]).passed);
    const etaAfter = (sinceMs: number) =>
      estimate(document({ runId: 'me', sinceMs }), { open: [], times }).etaSeconds;
    expect([etaAfter(0), etaAfter(1_500), etaAfter(99_000)]).toEqual([
      workFrom('ocr'),
      (workFrom('ocr') * 1_000 - 1_500) / 1_000,
      workFrom('classification'),
    ]);
  });

  it('grows with the pages of the document in the stages that work on pages', () => {
    const { passed } = simulate([0, 60_000, 120_000]);
    const times = fleetTimesOf(passed.map((each) => ({ ...each, pageCount: 2 })));
    const etaOf = (pageCount: number) =>
      estimate(document({ runId: 'me', pageCount }), { open: [], times }).etaSeconds;
    const forTwo = workFrom('ocr');
    expect([etaOf(0), etaOf(2), etaOf(10)]).toEqual([forTwo, forTwo, forTwo + 8]);
  });

  it('is that of the slowest stage for those ahead: close to what then happens in a burst', () => {
    const burst = Array.from({ length: 80 }, (_, index) => index);
    const { passed, endedAt } = simulate(burst);
    const now = 40_000;
    const times = fleetTimesOf(passed.filter(({ at }) => at <= now));
    const open = burst.flatMap((index) => {
      const at = passed.filter((_, entry) => entry % burst.length === index);
      const stage = at.find((each) => each.at > now)?.stage;
      return stage === undefined ? [] : [document({ runId: `run-${index}`, stage, createdAt: index })];
    });
    const errors = open.map((each) => {
      const happened = ((endedAt[each.createdAt] ?? 0) - now) / 1000;
      const { etaSeconds } = estimate(each, { open, times });
      return Math.abs((etaSeconds ?? Infinity) - happened);
    });
    expect(open.length).toBeGreaterThan(30);
    expect(Math.max(...errors)).toBeLessThan(2.2);
  });

  it('of a small tenant does not grow with the flood of another one', () => {
    const { passed } = simulate(Array.from({ length: 50 }, () => 0));
    const me = document({ runId: 'me', tenantId: 'small' });
    const etaBehind = (count: number) =>
      estimate(me, { open: waiting(count, { tenantId: 'flood' }), times: fleetTimesOf(passed) }).etaSeconds;
    expect(etaBehind(1_000)).toBe(etaBehind(10));
  });

  it('has a spread that grows with those ahead where times differ, and none where they do not', () => {
    const uneven = Array.from({ length: 60 }, (_, index) => index % 3);
    const { passed } = simulate(uneven);
    const varied = passed.map((each) =>
      each.stage === 'ocr' ? { ...each, at: each.at + (each.at % 7) * 90 } : each,
    );
    const widthAt = (count: number, from: readonly PassedStage[]): number => {
      const me = document({ runId: 'me', createdAt: 1e6 });
      const found = estimate(me, { open: waiting(count), times: fleetTimesOf(from) });
      return (found.etaHighSeconds ?? 0) - (found.etaLowSeconds ?? 0);
    };
    expect(widthAt(40, varied)).toBeGreaterThan(widthAt(4, varied));
  });
});

it('holds for any documents: a position from 1, the estimate within its spread, and nobody passes an earlier one', () => {
  const anyKind = {
    mediaType: fc.constantFrom(null, 'application/pdf', 'image/jpeg'),
    sizeBytes: fc.nat(10_000_000),
    pageCount: fc.nat(200),
  };
  const anyDocument = fc.record({
    runId: fc.uuid(),
    tenantId: fc.constantFrom('a', 'b', 'c'),
    lane: fc.constantFrom(...lanes),
    stage: fc.constantFrom(null, 'unknown', ...stageNames),
    createdAt: fc.nat(1_000),
    sinceMs: fc.nat(60_000),
    ...anyKind,
  });
  const anyPassage = fc.record({
    runId: fc.constantFrom('one', 'two', 'three'),
    tenantId: fc.constantFrom('a', 'b', 'c'),
    stage: fc.constantFrom('unknown', ...stageNames),
    lane: fc.constantFrom(...lanes),
    ...anyKind,
    at: fc.nat(600_000),
    queuedMs: fc.nat(60_000),
    activeMs: fc.nat(60_000),
  });
  fc.assert(
    fc.property(fc.array(anyDocument), fc.array(anyPassage, { maxLength: 60 }), (open, passed) => {
      const times = fleetTimesOf(passed);
      for (const one of open) {
        const found = estimate(one, { open, times });
        expect(found.position).toBeGreaterThanOrEqual(1);
        const { etaLowSeconds: low, etaSeconds: eta, etaHighSeconds: high } = found;
        const isUnknown = low === null || eta === null || high === null;
        expect(isUnknown || (low <= eta && eta <= high)).toBe(true);
        const later = { ...one, runId: 'later', createdAt: one.createdAt + 1 };
        expect(estimate(later, { open, times }).position).toBeGreaterThanOrEqual(found.position);
      }
    }),
  );
});
