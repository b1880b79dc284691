import { expect, test } from 'vitest';
import { neitherBatchesNorWebhooks, type Correction, type Expectations, type Facts } from './facts.ts';
import { judge } from './judge.ts';

const event = {
  position: 'documents.completed/0/4',
  tenantId: 't',
  runId: 'a',
  revision: 1,
  outcomeId: 'o',
  status: 'completed',
  code: null,
  bundleUri: 's3://b/result.json',
  verdict: 'approve',
  fields: [
    { document: 1, name: 'company', value: 'Corrected', source: 'person' },
    { document: 1, name: 'date', value: '1.2.2026', source: 'text-layer' },
  ],
  digest: 'd',
};

const correct: Facts = {
  intake: [{ position: 'documents.normal/0/0', runId: 'a' }],
  terminal: [event],
  rejected: [],
  duplicates: [],
  deadLetters: 0,
  setAside: [],
  outcomes: [
    { runId: 'a', revision: 1, outcomeId: 'o', state: 'published', status: 'completed', digest: 'd' },
  ],
  runs: [{ runId: 'a', status: 'completed', ended: true }],
  accounts: new Map([
    ['accepted', 1],
    ['ended.completed', 1],
  ]),
  claims: new Map([['a', 'documents.normal/0/0']]),
  bundles: [{ runId: 'a', revision: 1, outcomeId: 'o', uri: 's3://b/result.json' }],
  batches: [],
  tenantEvents: [],
  messages: [],
  lag: [{ group: 'ocr', topic: 'ocr.tasks.normal', partition: 0, committed: 3, end: 3 }],
  leftovers: [],
};

const expected: Expectations = {
  runs: new Map([['a', { broken: false, cancelled: false }]]),
  answered: new Set(['a']),
  badRecords: 0,
  refusable: new Set(),
  ...neitherBatchesNorWebhooks,
};

const kindsOf = (facts: Partial<Facts>, changed: Partial<Expectations> = {}): string[] =>
  judge({ ...correct, ...facts }, { ...expected, ...changed }).map(({ kind }) => kind);

test('a correct state has no violation', () => {
  expect(kindsOf({})).toEqual([]);
});

test.each<[string, Partial<Facts>, string[]]>([
  [
    'a second event',
    { terminal: [event, { ...event, position: 'documents.completed/0/5' }] },
    ['duplicated'],
  ],
  ['a missing event', { terminal: [] }, ['lost', 'lost', 'accounting']],
  ['a missing outcome', { outcomes: [] }, ['no-outcome']],
  ['a missing bundle', { bundles: [] }, ['no-bundle']],
  ['an event unlike its outcome', { terminal: [{ ...event, digest: 'e' }] }, ['mismatch']],
  [
    'an outcome that is not published',
    {
      outcomes: [
        { runId: 'a', revision: 1, outcomeId: 'o', state: 'claimed', status: 'completed', digest: 'd' },
      ],
    },
    ['unpublished'],
  ],
  [
    'a good document that was cancelled without a request',
    { terminal: [{ ...event, status: 'cancelled' }] },
    ['mismatch', 'wrong-status', 'read-model'],
  ],
  ['a read model that lags', { runs: [{ runId: 'a', status: 'running', ended: false }] }, ['read-model']],
  ['accounts that do not add up', { accounts: new Map([['accepted', 2]]) }, ['accounting']],
  ['an unread record', { lag: [{ group: 'ocr', topic: 't', partition: 0, committed: 2, end: 3 }] }, ['lag']],
  ['a process that is left', { leftovers: ['7 node'] }, ['leftover']],
  ['a record with two outcomes', { duplicates: ['documents.normal/0/0'] }, ['record-outcome']],
  [
    'a rejection without a record',
    { rejected: [{ source: 'documents.high/0/9', code: 'X' }] },
    ['record-outcome'],
  ],
  [
    'a second rejection',
    {
      intake: [...correct.intake, { position: 'documents.high/0/9', runId: null }],
      rejected: Array.from({ length: 2 }, () => ({ source: 'documents.high/0/9', code: 'X' })),
    },
    ['rejected-twice'],
  ],
])('detects %s', (_name, facts, kinds) => {
  expect(kindsOf(facts)).toEqual(kinds);
});

test('a record that is set aside explains what the read model lacks of its run', () => {
  const lacking = {
    runs: [{ runId: 'a', status: 'running', ended: false }],
    accounts: new Map([['accepted', 1]]),
  };
  const aside = { topic: 'documents.completed', runId: 'a', cause: '22021' };
  expect(kindsOf({ ...lacking, setAside: [aside] })).toEqual([]);
  expect(kindsOf({ ...lacking, setAside: [{ ...aside, runId: 'b' }] })).toEqual(['read-model']);
  expect(kindsOf(lacking)).toEqual(['read-model', 'accounting']);
});

test('a refusable record may be rejected, or end its run as failed', () => {
  const position = 'documents.high/0/9';
  const intake = [...correct.intake, { position, runId: null }];
  const refusable = new Set(['b']);
  const ended = (status: string) => ({
    intake,
    claims: new Map([...correct.claims, ['b', position] as const]),
    terminal: [event, { ...event, runId: 'b', status, position: 'documents.failed/0/0' }],
    outcomes: [...correct.outcomes, ...correct.outcomes.map((row) => ({ ...row, runId: 'b', status }))],
    accounts: new Map([
      ['accepted', 2],
      ['ended.completed', 2],
    ]),
  });
  expect(kindsOf({ intake, rejected: [{ source: position, code: 'X' }] }, { refusable })).toEqual([]);
  expect(kindsOf(ended('failed'), { refusable })).toEqual([]);
  expect(kindsOf(ended('completed'), { refusable })).toEqual(['unknown-run']);
  expect(kindsOf({ intake }, { refusable })).toEqual(['record-outcome']);
});

test('an accepted document without any trace is lost', () => {
  const runs = new Map([...expected.runs, ['b', { broken: false, cancelled: false }] as const]);
  expect(kindsOf({}, { runs })).toEqual(['lost']);
  expect(kindsOf({}, { answered: new Set(['a', 'b']) })).toEqual(['lost']);
});

test('a record without an outcome is detected, unless its run was cancelled', () => {
  const repeated = { intake: [...correct.intake, { position: 'documents.normal/0/1', runId: 'a' }] };
  expect(kindsOf(repeated)).toEqual(['record-outcome']);
  const status = 'cancelled';
  const cancelled = {
    ...repeated,
    terminal: [{ ...event, status }],
    outcomes: correct.outcomes.map((row) => ({ ...row, status })),
    runs: [{ runId: 'a', status, ended: true }],
  };
  expect(kindsOf(cancelled, { runs: new Map([['a', { broken: false, cancelled: true }]]) })).toEqual([]);
});

test('H-01: an ending that is not the one that a person decided', () => {
  const decided = (outcomeId: string, verdict: 'approve' | 'reject') => ({
    decided: new Map([['a', { outcomeId, verdict, corrections: [] }]]),
  });
  expect(kindsOf({}, decided('o', 'approve'))).toEqual([]);
  expect(kindsOf({}, decided('other', 'approve'))).toEqual(['lost-decision']);
  expect(kindsOf({}, decided('o', 'reject'))).toEqual(['lost-decision']);
});

test('H-01: a value that a person gave, and that the ending does not have', () => {
  const corrected = (...corrections: readonly Correction[]): string[] =>
    kindsOf({}, { decided: new Map([['a', { outcomeId: 'o', verdict: 'approve', corrections }]]) });
  const company = { document: 1, field: 'company' };
  expect(corrected({ ...company, value: 'Before' }, { ...company, value: 'Corrected' })).toEqual([]);
  expect(corrected({ ...company, value: 'Corrected' }, { ...company, value: 'After' })).toEqual([
    'lost-correction',
  ]);
  expect(corrected({ document: 1, field: 'total', value: null })).toEqual([]);
  expect(corrected({ ...company, value: null })).toEqual(['lost-correction']);
  expect(corrected({ document: 2, field: 'company', value: 'Corrected' })).toEqual(['lost-correction']);
  // The right value, and the machine's.
  expect(corrected({ document: 1, field: 'date', value: '1.2.2026' })).toEqual(['lost-correction']);
});
