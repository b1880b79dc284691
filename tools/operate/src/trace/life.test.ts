import { describe, expect, it } from 'vitest';
import { folderMoments } from './from-store.ts';
import { lifeOf, span, type Moment } from './moment.ts';
import { printLife } from './print-life.ts';

const runId = '6a1d4c0e-5b0f-5a67-9d0a-6f1f2f6f7c11';

const moment = (more: Partial<Moment>): Moment => ({
  at: Date.UTC(2026, 0, 1, 10),
  from: 'log',
  revision: 1,
  who: 'ocr',
  what: 'finished',
  detail: 'attempt 1, waited 5 ms, worked 1.2 s',
  place: 'documents.events 1@7',
  ...more,
});

describe('lifeOf', () => {
  it('sorts by time, and lists an event of two sources once', () => {
    const early = moment({ at: 1, place: 'documents.events 1@6' });
    const onlyInDatabase = moment({ at: 2, from: 'database', place: 'documents.events 1@5' });
    const life = lifeOf(runId, null, [
      { source: 'log', moments: [moment({}), early] },
      { source: 'database', moments: [moment({ from: 'database' }), onlyInDatabase] },
      { source: 'store', moments: [], trouble: 'no answer' },
    ]);
    expect(life).toEqual({
      runId,
      run: null,
      moments: [early, onlyInDatabase, moment({})],
      troubles: ['the store could not be read: no answer'],
    });
  });
});

describe('printLife', () => {
  const uri = `s3://docfleet/uploads/development/${runId}/${'0'.repeat(64)}`;
  const lines = printLife({
    runId,
    run: {
      tenantId: 'acme',
      requestId: null,
      lane: 'high',
      status: 'running',
      revision: 1,
      stage: 'ocr',
      failureCode: null,
    },
    moments: [
      moment({}),
      moment({ from: 'database', at: Date.UTC(2026, 0, 2), revision: null, detail: uri }),
    ],
    troubles: [],
  });

  it('fits into 100 columns', () => {
    expect(lines).toEqual([
      `run ${runId}`,
      'tenant acme, request -, lane high',
      'revision 1: running at ocr',
      '',
      '2026-01-01 (UTC)',
      '10:00:00.000  log       r1  ocr finished                    attempt 1, waited 5 ms, worked 1.2 s',
      '                            documents.events 1@7',
      '',
      '2026-01-02 (UTC)',
      '00:00:00.000  database      ocr finished',
      '                            s3://docfleet/uploads/development/6a1d4c0e-5b0f-5a67-9d0a-6f1f2f6f7c11/0',
      '                            000000000000000000000000000000000000000000000000000000000000000',
      '                            documents.events 1@7',
    ]);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});

it('summarises the objects of a stage and of a bundle', () => {
  const folder = `runs/2026-01-01/${runId}/r2`;
  const object = (key: string, modifiedAt: number) => ({
    key: `${folder}/${key}`,
    uri: '',
    sizeBytes: 6_000,
    modifiedAt,
  });
  const objects = [
    object('ocr@1-a/0001.json', 1),
    object('ocr@1-a/0002.json', 3),
    object('results/outcome-1/result.json', 5),
  ];
  const store = { from: 'store', revision: 2 } as const;
  expect(folderMoments(objects)).toEqual([
    {
      ...store,
      at: 3,
      who: 'ocr',
      what: 'wrote its results',
      detail: '2 objects, 12 kB',
      place: `${folder}/ocr@1-a`,
    },
    {
      ...store,
      at: 5,
      who: 'integration',
      what: 'wrote the bundle',
      detail: '1 object, 6000 bytes',
      place: `${folder}/results/outcome-1`,
    },
  ]);
});

it.each([
  [40, '40 ms'],
  [1_230, '1.2 s'],
  [185_000, '3 min 5 s'],
  [7_800_000, '2 h 10 min'],
])('formats %d ms as %s', (ms, text) => {
  expect(span(ms)).toBe(text);
});
