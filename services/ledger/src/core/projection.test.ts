import type { Run } from '@docfleet/contracts';
import { stageIndex, stageNames } from '@docfleet/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completed, event, failed, rejected, runId } from '../../test/facts.ts';
import { foldFacts } from './fold.ts';
import type { Fact } from './projection.ts';

const fold = (facts: readonly Fact[], before?: Run) =>
  foldFacts(new Map(before === undefined ? [] : [[runId, before]]), facts);
const runAfter = (facts: readonly Fact[], before?: Run) => fold(facts, before).changed.get(runId);

const runOf = (fact: Fact): Run => {
  const run = runAfter([fact]);
  if (run === undefined) throw new Error('the fact makes no run');
  return run;
};

/** The columns that describe a run's progress. */
const placeOf = (run: Run | undefined) =>
  run && [run.status, run.revision, run.stage, run.attempt, run.stagesDone];

describe('project', () => {
  it('creates a row for a run that was not submitted through the API, with everything an ordered ending needs', () => {
    const callbackUrl = 'https://acme.example/done';
    expect(runAfter([event('preprocess', 'accepted', { callbackUrl })])).toEqual({
      runId,
      tenantId: 'acme',
      requestId: 'request-1',
      documentId: null,
      lane: 'normal',
      status: 'running',
      revision: 1,
      stage: 'preprocess',
      attempt: 1,
      stagesDone: 0,
      verdict: null,
      failureCode: null,
      failureMessage: null,
      fileName: null,
      input: null,
      submissionDigest: null,
      region: 'north',
      route: null,
      callbackUrl,
      expectations: {},
      documentClass: null,
      checks: true,
      round: 0,
      review: 'tenant',
      claimDate: '2023-11-14',
      acceptedAt: 1_700_000_000_000,
      createdAt: 1_700_000_000_000,
      updatedAt: 1_700_000_001_000,
      endedAt: null,
      expiresAt: 1_700_086_400_000,
      timings: [],
      result: null,
      outcomeId: null,
      bundle: null,
      pageCount: 2,
      acknowledged: true,
    });
  });

  it('follows a run from stage to stage', () => {
    const [, second] = stageNames;
    const events = [
      event('preprocess', 'accepted'),
      event('preprocess', 'finished'),
      event(second, 'retrying'),
    ];
    const places = events.map((_, index) => placeOf(runAfter(events.slice(0, index + 1))));
    expect(places).toEqual([
      ['running', 1, 'preprocess', 1, 0],
      ['running', 1, second, 1, 1],
      ['running', 1, second, 2, 1],
    ]);
  });

  it('records the timing of each attempt', () => {
    const run = runAfter([
      event('preprocess', 'accepted'),
      event('preprocess', 'finished'),
      event('ocr', 'retrying', { activeMs: 100 }),
      event('ocr', 'finished', { attempt: 2, activeMs: 200 }),
    ]);
    expect(run?.timings).toEqual([
      { stage: 'preprocess', attempt: 1, queuedMs: 5, activeMs: 40 },
      { stage: 'ocr', attempt: 1, queuedMs: 5, activeMs: 100 },
      { stage: 'ocr', attempt: 2, queuedMs: 5, activeMs: 200 },
    ]);
  });

  it('ignores duplicates, and attempts before the claim', () => {
    expect(fold([event('preprocess', 'duplicate'), event('preprocess', 'retrying')]).changed.size).toBe(0);
  });

  it('keeps what the API wrote when the run is claimed', () => {
    const first = {
      ...runAfter([event('preprocess', 'accepted')]),
      acceptedAt: null,
      claimDate: null,
    } as Run;
    const gateway: Run = {
      ...first,
      status: 'accepted',
      submissionDigest: 'cd',
      fileName: 'a.pdf',
      stage: null,
    };
    const run = runAfter([event('preprocess', 'accepted')], gateway);
    expect([run?.status, run?.submissionDigest, run?.fileName, run?.claimDate]).toEqual([
      'running',
      'cd',
      'a.pdf',
      '2023-11-14',
    ]);
  });

  it('ends a run with its result', () => {
    const run = runAfter([event('preprocess', 'accepted'), completed()]);
    expect(placeOf(run)).toEqual(['completed', 1, null, 0, stageNames.length]);
    expect([run?.verdict, run?.endedAt, run?.outcomeId, run?.result]).toEqual([
      'approve',
      1_700_000_009_000,
      'outcome-1',
      { documents: [], fieldsOmitted: false, degradation: 'L0', engines: ['onnx'] },
    ]);
  });

  it.each(['failed', 'cancelled', 'expired'] as const)('ends a run as %s', (status) => {
    const run = runAfter([event('preprocess', 'accepted'), failed({ status })]);
    expect([run?.status, run?.failureCode, run?.stage]).toEqual([status, 'DOC_CORRUPT', null]);
  });

  it('ends a run whose events are read later', () => {
    const run = runAfter([completed(), event('preprocess', 'accepted'), event('preprocess', 'finished')]);
    expect(placeOf(run)).toEqual(['completed', 1, null, 0, stageNames.length]);
    expect(run?.claimDate).toBe('2023-11-14');
  });

  it('does not count integration as a completed stage of a failed run', () => {
    const run = runAfter([
      event('preprocess', 'accepted'),
      event('preprocess', 'finished'),
      event('integration', 'finished'),
      failed(),
    ]);
    expect([run?.stagesDone, run?.timings]).toEqual([
      1,
      [{ stage: 'integration', attempt: 1, queuedMs: 5, activeMs: 40 }],
    ]);
  });

  it('starts again with the next revision and ignores the one before', () => {
    const redriven = [
      event('preprocess', 'accepted'),
      failed(),
      event('ocr', 'finished', { revision: 2 }),
      event('ocr', 'finished', { revision: 1 }),
      failed({ revision: 1 }),
    ];
    const run = runAfter(redriven);
    const done = stageIndex('ocr') + 1;
    expect(placeOf(run)).toEqual(['running', 2, stageNames[done], 1, done]);
    expect([run?.failureCode, run?.endedAt, run?.outcomeId]).toEqual([null, null, null]);
    expect(placeOf(runAfter([...redriven, completed({ revision: 2 })]))).toEqual([
      'completed',
      2,
      null,
      0,
      stageNames.length,
    ]);
  });

  it('M-15: reports a second terminal event of a revision', () => {
    const folded = fold([completed(), completed(), failed()]);
    expect([folded.changed.get(runId)?.status, folded.doubled]).toEqual(['completed', [runId]]);
  });

  it('O-03: counts every revision once', () => {
    const facts = [
      event('preprocess', 'accepted'),
      event('preprocess', 'accepted'),
      failed(),
      failed(),
      event('ocr', 'finished', { revision: 2 }),
      completed({ revision: 2 }),
    ];
    expect(fold(facts).counts).toEqual(
      new Map([
        [
          'acme',
          new Map([
            ['accepted', 2],
            ['ended.failed', 1],
            ['ended.completed', 1],
          ]),
        ],
      ]),
    );
  });
});

describe('H-01: a run that a person holds', () => {
  const expiresAt = 1_700_086_400_000;
  const later = expiresAt + 1_000_000;
  const held = [
    event('preprocess', 'accepted'),
    event('validation', 'finished'),
    event('review', 'finished', { expiresAt: later }),
  ];
  const shown = (run: Run | undefined) => run && [...(placeOf(run) ?? []), run.round, run.expiresAt];
  const inReview = ['in_review', 1, 'review', 1, stageIndex('review') + 1, 0, later];

  it('is in review, with the time that the person has', () => {
    expect(shown(runAfter(held))).toEqual(inReview);
  });

  it('stays so whatever else of its round is read', () => {
    const others = [
      event('validation', 'finished'),
      event('ocr', 'retrying', { attempt: 3 }),
      event('extraction', 'ending'),
      event('integration', 'skipped'),
      event('review', 'retrying', { attempt: 2 }),
    ];
    for (const other of others) expect(shown(runAfter([...held, other]))).toEqual(inReview);
    expect(shown(runAfter([...held, ...held, ...others]))).toEqual(inReview);
  });

  it('is not said to be with a person before it is', () => {
    const validated = held.slice(0, 2);
    const done = stageIndex('validation') + 1;
    expect(placeOf(runAfter(validated))).toEqual(['running', 1, 'validation', 1, done]);
    expect(placeOf(runAfter([...validated, event('review', 'retrying', { attempt: 1 })]))).toEqual([
      ...['running', 1, 'review', 2, done],
    ]);
    expect(placeOf(runAfter([...validated, event('integration', 'retrying', { attempt: 1 })]))).toEqual([
      ...['running', 1, 'integration', 2, done],
    ]);
  });

  it('ends as every run does', () => {
    const run = runAfter([...held, completed()]);
    expect([placeOf(run), runAfter([...held, completed(), ...held])]).toEqual([
      ['completed', 1, null, 0, stageNames.length],
      run,
    ]);
  });

  it('runs again in its next round with a new expiry, and nothing of the rounds before moves it back', () => {
    const back = event('extraction', 'finished', { round: 1, expiresAt: later - 5 });
    const run = runAfter([...held, back]);
    const done = stageIndex('extraction') + 1;
    expect(shown(run)).toEqual(['running', 1, stageNames[done], 1, done, 1, later - 5]);
    expect(runAfter([...held, back, ...held])).toEqual(run);
    expect(run?.timings.map(({ stage }) => stage)).toEqual(['extraction', 'validation', 'review']);
    const again = event('review', 'finished', { round: 1, expiresAt: later + 7 });
    expect(shown(runAfter([...held, back, again]))).toEqual([
      ...['in_review', 1, 'review', 1],
      ...[stageIndex('review') + 1, 1, later + 7],
    ]);
  });

  it('begins its next revision with round 0', () => {
    const facts = [
      ...held,
      event('ocr', 'finished', { round: 1 }),
      failed(),
      event('ocr', 'skipped', { revision: 2 }),
    ];
    expect(shown(runAfter(facts))).toEqual(['running', 2, 'ocr', 1, 0, 0, expiresAt]);
  });
});

describe('project, of rejected submissions', () => {
  /** The row that the API writes before anything is in the log. */
  const submitted: Run = {
    ...runOf(event('preprocess', 'accepted')),
    status: 'accepted',
    stage: null,
    attempt: 0,
    acceptedAt: null,
    claimDate: null,
    acknowledged: false,
  };

  it('marks a submission that was never accepted as rejected', () => {
    const run = runAfter([rejected({ code: 'REGION_MISMATCH', message: 'Elsewhere.' })], submitted);
    expect(run).toEqual({
      ...submitted,
      status: 'rejected',
      failureCode: 'REGION_MISMATCH',
      failureMessage: 'Elsewhere.',
      endedAt: 1_700_000_002_000,
      updatedAt: 1_700_000_002_000,
      acknowledged: true,
    });
  });

  it('M-23: is not marked by a record that proves no tenant, whoever it names', () => {
    expect(fold([rejected({ code: 'TENANT_UNVERIFIED' })], submitted).changed.size).toBe(0);
  });

  it('M-15: changes no accepted run, running or ended', () => {
    const running = runOf(event('preprocess', 'accepted'));
    const ended = runOf(completed());
    expect([fold([rejected()], running).changed.size, fold([rejected()], ended).changed.size]).toEqual([
      0, 0,
    ]);
  });

  it('creates no row and counts nothing', () => {
    const { changed, counts } = fold([rejected()]);
    expect([changed.size, counts.size]).toEqual([0, 0]);
  });

  it('becomes a run when another record of the requestId is accepted', () => {
    const facts = [rejected(), event('preprocess', 'accepted'), rejected()];
    const { changed, counts } = fold(facts, submitted);
    expect([placeOf(changed.get(runId)), changed.get(runId)?.failureCode]).toEqual([
      ['running', 1, 'preprocess', 1, 0],
      null,
    ]);
    expect(counts).toEqual(new Map([['acme', new Map([['accepted', 1]])]]));
  });

  it('takes the ending when another record of the requestId was accepted', () => {
    expect(placeOf(runAfter([rejected(), completed()], submitted))).toEqual([
      'completed',
      1,
      null,
      0,
      stageNames.length,
    ]);
  });
});

/** Events of a run through the stages in the order of their partition, with retries, and its terminal event. */
const lives = fc
  .record({
    retries: fc.array(fc.integer({ min: 0, max: 2 }), {
      minLength: stageNames.length,
      maxLength: stageNames.length,
    }),
    stages: fc.integer({ min: 1, max: stageNames.length }),
    fails: fc.boolean(),
  })
  .map(({ retries, stages, fails }) => {
    const events: Fact[] = [event('preprocess', 'accepted')];
    stageNames.slice(0, stages).forEach((stage, index) => {
      const tries = retries[index] ?? 0;
      for (let attempt = 1; attempt <= tries; attempt += 1) {
        events.push(event(stage, 'retrying', { attempt, at: 1_700_000_000_000 + events.length }));
      }
      const last = fails && index === stages - 1 ? 'ending' : 'finished';
      events.push(event(stage, last, { attempt: tries + 1, at: 1_700_000_000_000 + events.length }));
    });
    return { events, end: fails ? failed() : completed() };
  });

/** The same records with a part of them read twice. */
function withReplay(events: readonly Fact[], from: number, length: number): Fact[] {
  const repeated = events.slice(from, from + length);
  return [...events.slice(0, from + length), ...repeated, ...events.slice(from + length)];
}

describe('project, in every order that the log allows', () => {
  it('gives the same row wherever the terminal event is read between the others', () => {
    fc.assert(
      fc.property(lives, fc.nat(30), ({ events, end }, at) => {
        const place = at % (events.length + 1);
        const mixed = [...events.slice(0, place), end, ...events.slice(place)];
        expect(runAfter(mixed)).toEqual(runAfter([...events, end]));
      }),
    );
  });

  it('gives the same row however often records are read again', () => {
    fc.assert(
      fc.property(lives, fc.nat(30), fc.nat(30), ({ events, end }, from, length) => {
        const all = [...events, end];
        const start = from % all.length;
        expect(runAfter(withReplay(all, start, length % all.length))).toEqual(runAfter(all));
      }),
    );
  });

  it('never moves a run back', () => {
    fc.assert(
      fc.property(lives, fc.nat(30), fc.nat(30), ({ events }, from, length) => {
        const replayed = withReplay(events, from % events.length, length % events.length);
        const places = replayed.map((_, index) => {
          const run = runAfter(replayed.slice(0, index + 1));
          return stageNames.findIndex((name) => name === run?.stage) * 100 + (run?.attempt ?? 0);
        });
        expect(places).toEqual([...places].sort((a, b) => a - b));
      }),
    );
  });

  it('O-03: counts one acceptance and one ending', () => {
    fc.assert(
      fc.property(lives, fc.nat(30), fc.nat(30), ({ events, end }, at, length) => {
        const mixed = [...events.slice(0, at), end, ...events.slice(at)];
        const counts = fold(withReplay(mixed, at % mixed.length, length % mixed.length)).counts.get('acme');
        const inAll = [...(counts?.values() ?? [])].reduce((sum, count) => sum + count, 0);
        expect([counts?.get('accepted'), inAll]).toEqual([1, 2]);
      }),
    );
  });
});
