import type { ObjectRef } from '@docfleet/contracts';
import { outcomeIdOfDecision, type ReviewedDocument } from '@docfleet/domain';
import { describe, expect, it, test } from 'vitest';
import { context, facts, invoice, work } from '../test/sample.ts';
import { applyChanges } from './apply-changes.ts';
import type { ReviewChange } from './change.ts';
import {
  decidedFields,
  decidedVerdict,
  endingOfDecision,
  needsTwo,
  nextRound,
  sendBackProblem,
  type HeldRun,
} from './decision.ts';
import { isRefusal } from './facts.ts';
import { judgeReview, withVerdict } from './judge-review.ts';

const refOf = (name: string): ObjectRef => ({
  uri: `s3://docfleet/${name}`,
  sha256: '00',
  mediaType: 'application/json',
  sizeBytes: 1,
});

const run: HeldRun = {
  context,
  input: refOf('input'),
  results: Object.fromEntries(
    ['manifest', 'readings', 'fields', 'verdict'].map((name) => [name, refOf(name)]),
  ),
  pageCount: 3,
};

function after(...changes: readonly ReviewChange[]): readonly ReviewedDocument[] {
  const applied = applyChanges({ documents: work, changes, undoable: [], facts });
  if (isRefusal(applied)) throw new Error(applied.refusal);
  return applied.documents;
}

const judge = (documents: readonly ReviewedDocument[]) =>
  judgeReview({ documents, pages: [], classes: facts.classes, pageCount: 3, run: context });

test('untouched documents are decided as the machine had them', () => {
  expect(decidedFields(work)).toEqual([invoice]);
});

test('a result has what people gave as theirs, and nothing that they removed', () => {
  const [document] = decidedFields(
    after(
      { op: 'set', document: 1, field: 'grand_total', value: '99.00' },
      { op: 'remove', document: 1, field: 'invoice_number' },
      { op: 'remove', document: 1, field: 'seller' },
      { op: 'removeRow', document: 1, row: 1 },
    ),
  );
  expect(document?.fields).toEqual([
    {
      name: 'grand_total',
      type: 'money',
      value: '99.00',
      normalised: '99.00',
      confidence: 1,
      provenance: invoice.fields[0]?.provenance,
      source: 'person',
    },
  ]);
  expect(document).toMatchObject({ rows: [{ cells: { amount: '3.00' } }], rowsSeen: 1 });
});

test('the rules run again on corrected values, and their findings stand beside the documents', () => {
  const late = after({ op: 'set', document: 1, field: 'issue_date', value: '2099-01-01' });
  const codes = (documents: readonly ReviewedDocument[]) =>
    withVerdict(documents, judge(documents))[0]?.findings.map(({ code }) => code);
  expect(codes(late)).toContain('DATE_IMPLAUSIBLE');
  const right = after({ op: 'set', document: 1, field: 'issue_date', value: '2025-12-31' });
  expect(codes(right)).not.toContain('DATE_IMPLAUSIBLE');
});

test('a document of a class that is not known any more is judged as one that fits none', () => {
  const gone = work.map((document) => ({ ...document, classVersion: 99 }));
  expect(judge(gone).documents[0]?.findings.map(({ code }) => code)).toContain('CLASS_UNKNOWN');
});

describe('an ending', () => {
  const stored = { fields: refOf('f'), verdict: refOf('v'), review: refOf('r') };
  const judged = judge(work);

  it('is the same outcome however often the decision is sent, and keeps what the stages wrote', () => {
    const verdict = decidedVerdict(judged, 'approve');
    expect(verdict.documents.every((document) => document.verdict === 'approve')).toBe(true);
    const ending = endingOfDecision({ run, decisionId: 'd1', kind: 'approve', at: 7, verdict, stored });
    expect(ending.topic).toBe('integration.tasks.high');
    expect(ending.value).toEqual({
      context,
      input: run.input,
      ending: {
        outcomeId: outcomeIdOfDecision(context.runId, 2, 'd1'),
        status: 'completed_with_gaps',
        verdict: 'approve',
        failure: null,
        endedBy: 'review',
        at: 7,
        decisionId: 'd1',
      },
      results: { ...run.results, ...stored },
      pageCount: 3,
    });
    const again = endingOfDecision({ run, decisionId: 'd1', kind: 'approve', at: 8, verdict, stored });
    expect(again.outcomeId).toBe(ending.outcomeId);
  });

  it('is complete where nothing is missing any more', () => {
    const verdict = decidedVerdict(
      { ...judged, documents: judged.documents.map((document) => ({ ...document, gaps: [] })) },
      'reject',
    );
    const { value } = endingOfDecision({ run, decisionId: 'd1', kind: 'reject', at: 7, verdict, stored });
    expect(value.ending).toMatchObject({ status: 'completed', verdict: 'reject' });
  });
});

describe('a run that is sent back', () => {
  const returned = { ...run, submittedClass: null };
  const back = { run: returned, documents: work, at: 1_000, runExpiryMs: 500, pools: [] } as const;

  it('begins the next round with a budget of its own, and keeps revision and timings', () => {
    const { topic, value } = nextRound({ ...back, sendBack: { stage: 'ocr', route: 'accurate' } });
    expect(topic).toBe('ocr.tasks.high');
    expect(value).toEqual({
      context: { ...context, round: 1, usedMs: 0, expiresAt: 1_500, route: 'accurate' },
      input: run.input,
      manifest: run.results['manifest'],
      pageCount: 3,
    });
  });

  it('goes to extraction with the documents and classes as they are now, into the pool of its class', () => {
    const pools = [{ name: 'bank', classes: ['receipt'] }];
    const documents = after(
      { op: 'split', document: 1, atPage: 2 },
      { op: 'setClass', document: 1, documentClass: 'receipt' },
    );
    const { topic, value } = nextRound({ ...back, documents, pools, sendBack: { stage: 'extraction' } });
    expect(topic).toBe('extraction.bank.tasks.high');
    expect(value).toMatchObject({
      documents: [
        {
          index: 1,
          documentClass: 'receipt',
          confidence: 1,
          classSource: 'submitted',
          firstPage: 1,
          lastPage: 1,
        },
        { index: 2, documentClass: 'invoice', classSource: 'classified', firstPage: 2, lastPage: 3 },
      ],
    });
    const named = { name: 'letter', version: 1 };
    const other = nextRound({ ...back, pools, sendBack: { stage: 'extraction', documentClass: named } });
    expect(other.topic).toBe('extraction.tasks.high');
    expect(other.value).toMatchObject({
      documents: [{ documentClass: 'letter', classVersion: 1, confidence: 1, classSource: 'submitted' }],
    });
  });

  it('has the class that this decision names, else the one of the submission, and never that of an earlier round', () => {
    const later = { ...returned, context: { ...context, round: 1, documentClass: 'letter' } };
    const valueOf = (submittedClass: string | null, name?: string) =>
      nextRound({
        ...back,
        run: { ...later, submittedClass },
        sendBack: {
          stage: 'classification',
          documentClass: name === undefined ? undefined : { name, version: 1 },
        },
      }).value;
    expect([
      valueOf(null),
      valueOf('receipt'),
      valueOf('receipt', 'invoice'),
      valueOf(null, 'invoice'),
    ]).toMatchObject(
      [null, 'receipt', 'invoice', 'invoice'].map((documentClass) => ({ context: { documentClass } })),
    );
  });

  it('needs what the stage reads', () => {
    expect(sendBackProblem({ stage: 'ocr' }, run)).toBeUndefined();
    expect(sendBackProblem({ stage: 'extraction' }, { ...run, results: {} })).toMatchObject({
      refusal: expect.stringContaining('no manifest') as string,
    });
    expect(sendBackProblem({ stage: 'extraction', route: 'fast' }, run)).toBeDefined();
  });
});

test('two people approve what the task says, and amounts above the limit as they are now', () => {
  const raised = after({ op: 'set', document: 1, field: 'grand_total', value: '5000.00' });
  const removed = after({ op: 'remove', document: 1, field: 'grand_total' });
  expect([
    needsTwo(true, work, null),
    needsTwo(false, work, null),
    needsTwo(false, work, 100),
    needsTwo(false, raised, 100),
    needsTwo(false, work, 12.5),
    needsTwo(false, removed, 10),
  ]).toEqual([true, false, false, true, false, false]);
});
