import { stageIndex, stageNames } from '@docfleet/domain';
import { describe, expect, it } from 'vitest';
import { completed, event, failed, rejected, runId } from '../../test/facts.ts';
import { foldFacts } from './fold.ts';
import type { Fact } from './projection.ts';

type Row = Parameters<typeof foldFacts>[0] extends ReadonlyMap<string, infer R> ? R : never;

const fold = (facts: readonly Fact[], before?: Row) =>
  foldFacts(new Map(before === undefined ? [] : [[runId, before]]), facts);

function rowAfter(facts: readonly Fact[], before?: Row): Row {
  const row = fold(facts, before).changed.get(runId) ?? before;
  if (row === undefined) throw new Error('the facts make no run');
  return row;
}

/** The row of a run whose claim is known. */
const accepted = rowAfter([event('preprocess', 'accepted')]);

/** The row that the API writes before the log has anything. */
const takenIn: Row = {
  ...accepted,
  status: 'accepted',
  stage: null,
  attempt: 0,
  acceptedAt: null,
  claimDate: null,
  acknowledged: false,
  region: null,
};

describe('a run in the read model', () => {
  it('is written by a stage behind the first one, when its claim was not read', () => {
    const row = rowAfter([event('ocr', 'retrying', { documentId: 'doc-1', attempt: 3 })]);
    expect(row).toEqual({
      ...accepted,
      documentId: 'doc-1',
      stage: 'ocr',
      attempt: 4,
      timings: [{ stage: 'ocr', attempt: 3, queuedMs: 5, activeMs: 40 }],
    });
  });

  it('is not written by an attempt before the claim, and moves with it when the API has written it', () => {
    const retrying = event('preprocess', 'retrying', { attempt: 2, pageCount: 9, at: 1_700_000_005_000 });
    expect(fold([retrying]).changed.size).toBe(0);
    expect(rowAfter([retrying], takenIn)).toEqual({
      ...takenIn,
      stage: 'preprocess',
      attempt: 2,
      updatedAt: 1_700_000_005_000,
      timings: [{ stage: 'preprocess', attempt: 2, queuedMs: 5, activeMs: 40 }],
    });
  });

  it('takes from its claim what was not known, and keeps what was', () => {
    const claim = event('preprocess', 'accepted', {
      documentId: 'doc-2',
      region: 'south',
      callbackUrl: 'https://b.example/',
      acceptedAt: 7,
      claimDate: '2000-01-01',
      expiresAt: 9,
      pageCount: 1,
    });
    const known: Row = { ...accepted, documentId: 'doc-1', callbackUrl: 'https://a.example/', pageCount: 5 };
    expect(rowAfter([claim], known)).toEqual(known);
    expect(rowAfter([claim], takenIn)).toEqual({
      ...takenIn,
      status: 'running',
      stage: 'preprocess',
      attempt: 1,
      documentId: 'doc-2',
      region: 'south',
      callbackUrl: 'https://b.example/',
      acceptedAt: 7,
      claimDate: '2000-01-01',
      expiresAt: 9,
      acknowledged: true,
    });
  });

  it('is of no interest to a stage that nobody knows, nor to a duplicate', () => {
    const unknown = { ...event('ocr', 'finished') } as Extract<Fact, { kind: 'event' }>;
    const other: Fact = { kind: 'event', event: { ...unknown.event, stage: 'translation' } };
    expect(fold([other]).changed.size).toBe(0);
    expect(fold([other, event('ocr', 'duplicate')], accepted).changed.size).toBe(0);
  });
});

describe('the place of a run', () => {
  const placeAfter = (...facts: readonly Fact[]) => {
    const { stage, attempt, stagesDone } = rowAfter(facts, accepted);
    return [stage, attempt, stagesDone];
  };

  it.each([
    ['accepted', 'ocr', 2, 0],
    ['skipped', 'ocr', 2, 0],
    ['retrying', 'ocr', 3, 0],
    ['finished', 'classification', 1, stageIndex('ocr') + 1],
    ['ending', 'integration', 1, 0],
    ['dead_lettered', 'integration', 1, 0],
  ] as const)('after an event %s is %s', (kind, stage, attempt, stagesDone) => {
    expect(placeAfter(event('ocr', kind, { attempt: 2 }))).toEqual([stage, attempt, stagesDone]);
  });

  it('stays at the last stage when that has finished, which is not counted', () => {
    expect(placeAfter(event('validation', 'finished'), event('integration', 'finished'))).toEqual([
      'integration',
      1,
      stageIndex('validation') + 1,
    ]);
  });

  it('goes back neither in stage nor in attempt', () => {
    const far = event('extraction', 'retrying', { attempt: 2 });
    expect(placeAfter(far, event('ocr', 'retrying', { attempt: 9 }))).toEqual(['extraction', 3, 0]);
    expect(placeAfter(far, event('extraction', 'retrying', { attempt: 1 }))).toEqual(['extraction', 3, 0]);
    expect(placeAfter(far, event('ocr', 'finished'))).toEqual(['extraction', 3, stageIndex('ocr') + 1]);
  });

  it('is told with the latest time', () => {
    const times = [1_700_000_008_000, 1_700_000_003_000].map((at) => event('ocr', 'skipped', { at }));
    expect(rowAfter(times, accepted).updatedAt).toBe(1_700_000_008_000);
  });
});

describe('the timings of a run', () => {
  it('are one for each attempt, in the order of stages and attempts, the latest told', () => {
    const facts = [
      event('ocr', 'finished', { attempt: 2, activeMs: 3 }),
      event('ocr', 'finished', { attempt: 2, activeMs: 4 }),
      event('ocr', 'retrying', { attempt: 1, activeMs: 2 }),
      event('preprocess', 'finished', { activeMs: 1 }),
    ];
    expect(rowAfter(facts, accepted).timings).toEqual([
      { stage: 'preprocess', attempt: 1, queuedMs: 5, activeMs: 1 },
      { stage: 'ocr', attempt: 1, queuedMs: 5, activeMs: 2 },
      { stage: 'ocr', attempt: 2, queuedMs: 5, activeMs: 4 },
    ]);
  });

  it('have none of what was not worked', () => {
    const facts = (['accepted', 'skipped', 'duplicate'] as const).map((kind) => event('ocr', kind));
    expect(rowAfter(facts, accepted).timings).toEqual([]);
  });

  it('are those of the ending afterwards, with what integration took', () => {
    const facts = [
      event('ocr', 'finished'),
      event('integration', 'retrying', { activeMs: 7 }),
      completed(),
      event('validation', 'finished'),
      event('integration', 'finished', { attempt: 2, activeMs: 8 }),
    ];
    expect(rowAfter(facts, accepted).timings).toEqual([
      { stage: 'preprocess', attempt: 1, queuedMs: 5, activeMs: 40 },
      { stage: 'integration', attempt: 1, queuedMs: 5, activeMs: 7 },
      { stage: 'integration', attempt: 2, queuedMs: 5, activeMs: 8 },
    ]);
  });
});

describe('the ending of a run', () => {
  it('is written for a run of which nothing was read before', () => {
    const end = completed({ documentId: 'doc-1', callbackUrl: 'https://acme.example/', pageCount: 3 });
    expect(rowAfter([end])).toEqual({
      ...accepted,
      documentId: 'doc-1',
      callbackUrl: 'https://acme.example/',
      region: null,
      claimDate: null,
      status: 'completed',
      stage: null,
      attempt: 0,
      stagesDone: stageNames.length,
      verdict: 'approve',
      endedAt: 1_700_000_009_000,
      updatedAt: 1_700_000_009_000,
      timings: [{ stage: 'preprocess', attempt: 1, queuedMs: 5, activeMs: 40 }],
      result: { documents: [], fieldsOmitted: false, degradation: 'L0', engines: ['onnx'] },
      outcomeId: 'outcome-1',
      bundle: { uri: 's3://b/runs/result.json', sha256: 'ab', mediaType: 'application/json', sizeBytes: 2 },
      pageCount: 3,
    });
  });

  it('keeps what was known of the run, and the larger number of pages and the later time', () => {
    const known: Row = {
      ...accepted,
      documentId: 'doc-1',
      callbackUrl: 'https://a.example/',
      pageCount: 9,
      updatedAt: 1_700_000_099_000,
    };
    const end = completed({ documentId: 'doc-2', callbackUrl: 'https://b.example/', acceptedAt: 7 });
    expect(rowAfter([end], known)).toMatchObject({
      documentId: 'doc-1',
      callbackUrl: 'https://a.example/',
      pageCount: 9,
      updatedAt: 1_700_000_099_000,
      acceptedAt: 1_700_000_000_000,
    });
    expect(rowAfter([end], takenIn)).toMatchObject({ acceptedAt: 7, acknowledged: true, region: null });
  });

  it('that failed says why and has no result', () => {
    expect(rowAfter([failed()], accepted)).toMatchObject({
      status: 'failed',
      failureCode: 'DOC_CORRUPT',
      failureMessage: 'The file is damaged.',
      verdict: null,
      result: null,
      stagesDone: 0,
    });
  });

  it('M-15: that is read again is not a second one; another one is', () => {
    expect(fold([completed(), completed()]).doubled).toEqual([]);
    expect(fold([completed(), completed({ outcomeId: 'outcome-9' })]).doubled).toEqual([runId]);
    expect(fold([failed(), completed()]).doubled).toEqual([runId]);
  });

  it('M-15: of an earlier revision is no second one of the present', () => {
    const facts = [failed(), event('ocr', 'finished', { revision: 2 }), failed({ outcomeId: 'late' })];
    expect(fold(facts).doubled).toEqual([]);
  });

  it('of a later revision clears what the one before had', () => {
    const row = rowAfter([failed(), completed({ revision: 2, outcomeId: 'second' })]);
    expect(row).toMatchObject({
      revision: 2,
      status: 'completed',
      failureCode: null,
      failureMessage: null,
      outcomeId: 'second',
    });
  });

  it('is published, whatever it changes', () => {
    expect(fold([completed(), completed(), failed({ revision: 2 }), rejected()]).published).toEqual([
      { runId, revision: 1, outcomeId: 'outcome-1' },
      { runId, revision: 1, outcomeId: 'outcome-1' },
      { runId, revision: 2, outcomeId: 'outcome-2' },
    ]);
  });
});

describe('the next revision of a run', () => {
  it('begins with nothing of the one before', () => {
    const ended = rowAfter([event('preprocess', 'accepted'), completed()]);
    const row = rowAfter([event('ocr', 'skipped', { revision: 2 })], ended);
    expect(row).toEqual({
      ...ended,
      revision: 2,
      status: 'running',
      stage: 'ocr',
      attempt: 1,
      stagesDone: 0,
      verdict: null,
      endedAt: null,
      timings: [],
      result: null,
      outcomeId: null,
      bundle: null,
    });
  });
});

it('a revision that begins with an attempt before its claim is running, and counted with the claim', () => {
  const ended = rowAfter([failed()], accepted);
  const { changed, counts } = fold([event('preprocess', 'retrying', { revision: 2 })], ended);
  expect(changed.get(runId)).toMatchObject({ revision: 2, status: 'running', stage: 'preprocess' });
  expect(counts.size).toBe(0);
});

it('an event of an earlier revision moves nothing, however far it came', () => {
  const second = rowAfter([event('ocr', 'skipped', { revision: 2 })], accepted);
  expect(fold([event('validation', 'finished')], second).changed.size).toBe(0);
});

describe('what a batch of facts counts', () => {
  const countsAfter = (facts: readonly Fact[], before?: Row) => {
    const counts = fold(facts, before).counts.get('acme') ?? new Map<string, number>();
    return Object.fromEntries(counts);
  };

  it('the acceptance of each revision, by the first fact that shows it', () => {
    expect(countsAfter([event('ocr', 'finished'), event('preprocess', 'accepted')])).toEqual({ accepted: 1 });
    expect(countsAfter([event('ocr', 'finished', { revision: 2 })], accepted)).toEqual({ accepted: 1 });
    expect(countsAfter([event('ocr', 'finished')], accepted)).toEqual({});
    expect(countsAfter([event('preprocess', 'retrying')], takenIn)).toEqual({});
  });

  it('the ending of each revision, with its acceptance where nothing showed it before', () => {
    expect(countsAfter([completed(), completed(), failed()])).toEqual({ accepted: 1, 'ended.completed': 1 });
    expect(countsAfter([failed({ status: 'cancelled' })], accepted)).toEqual({ 'ended.cancelled': 1 });
    expect(countsAfter([completed({ revision: 2 })], accepted)).toEqual({
      accepted: 1,
      'ended.completed': 1,
    });
  });

  it('each tenant for itself', () => {
    const other = event('ocr', 'finished', { runId: 'run-2', tenantId: 'other' });
    expect(fold([event('ocr', 'finished'), other, event('ocr', 'finished')]).counts).toEqual(
      new Map([
        ['acme', new Map([['accepted', 1]])],
        ['other', new Map([['accepted', 1]])],
      ]),
    );
  });
});

describe('a rejection', () => {
  const rejectedRow = rowAfter([rejected()], takenIn);

  it('ends a row of the API, at the later time', () => {
    expect(rejectedRow).toEqual({
      ...takenIn,
      status: 'rejected',
      failureCode: 'REQUEST_CONFLICT',
      failureMessage: 'Used before.',
      endedAt: 1_700_000_002_000,
      updatedAt: 1_700_000_002_000,
      acknowledged: true,
    });
    const later: Row = { ...takenIn, updatedAt: 1_700_000_009_000 };
    expect(rowAfter([rejected()], later).updatedAt).toBe(1_700_000_009_000);
  });

  it('is one of several as the first one was, and counts nothing', () => {
    const again = fold([rejected({ code: 'REGION_MISMATCH' })], rejectedRow);
    expect([again.changed.size, again.counts.size, again.doubled]).toEqual([0, 0, []]);
  });

  it('goes when another record of the run was accepted, and stays for an attempt before a claim', () => {
    expect(rowAfter([event('preprocess', 'accepted')], rejectedRow)).toMatchObject({
      status: 'running',
      failureCode: null,
      failureMessage: null,
      endedAt: null,
    });
    expect(rowAfter([event('preprocess', 'retrying')], rejectedRow)).toMatchObject({
      status: 'rejected',
      failureCode: 'REQUEST_CONFLICT',
      stage: null,
    });
    expect(rowAfter([failed()], rejectedRow)).toMatchObject({ status: 'failed', failureCode: 'DOC_CORRUPT' });
  });
});

describe('A-08: the usage of a run', () => {
  const acceptance = { tenantId: accepted.tenantId, at: accepted.acceptedAt };

  it('is a document once it is accepted, and its pages once they are known, on the day of its acceptance', () => {
    const both = [
      event('preprocess', 'accepted', { pageCount: 0 }),
      event('ocr', 'finished', { pageCount: 3 }),
      event('classification', 'finished', { pageCount: 3 }),
      completed({ pageCount: 3 }),
    ];
    expect(fold(both).usage).toEqual([
      { ...acceptance, documents: 1, pages: 0 },
      { ...acceptance, documents: 0, pages: 3 },
    ]);
  });

  it('is counted once, whatever is read again and whatever revisions follow', () => {
    const row = rowAfter([event('ocr', 'finished', { pageCount: 3 })]);
    const again = [
      event('ocr', 'finished', { pageCount: 3 }),
      event('preprocess', 'accepted', { revision: 2 }),
      event('ocr', 'finished', { revision: 2, pageCount: 3 }),
    ];
    expect(fold(again, row).usage).toEqual([]);
  });

  it('is nothing before the claim', () => {
    expect(fold([event('preprocess', 'retrying', { pageCount: 9 })], takenIn).usage).toEqual([]);
  });
});
