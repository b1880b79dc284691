import { describe, expect, it } from 'vitest';
import { completed, completedOf, event, eventOf, failedOf } from '../../test/facts.ts';
import { reducedForms } from './reduced-forms.ts';

const refusal = { cause: '22P05', message: 'refused' };
const bad = 'x\u0000';

const document = {
  index: 1,
  documentClass: 'invoice',
  classVersion: 1,
  confidence: 1,
  firstPage: 1,
  lastPage: 1,
  classSource: 'classified' as const,
  verdict: 'approve' as const,
  findings: [bad],
  gaps: [],
  fields: [],
};

describe('R-06: reducedForms', () => {
  it('cleans the texts of a result, and then leaves its documents to the bundle', () => {
    const clean = { ...document, findings: ['x\ufffd'] };
    expect(
      reducedForms({ fact: completed({ documents: [document] }) }, refusal).map(({ fact }) => fact),
    ).toEqual([completed({ documents: [clean] }), completed({ documents: [], fieldsOmitted: true })]);
  });

  it('escapes a tenant, and leaves out other ids that are none', () => {
    const ids = { tenantId: bad, requestId: bad, documentId: bad, callbackUrl: bad };
    const kept = { tenantId: 'x\\u0000', requestId: null, documentId: null, callbackUrl: null };
    expect(reducedForms({ fact: { kind: 'failed', end: failedOf(ids) } }, refusal)[0]?.fact).toEqual({
      kind: 'failed',
      end: failedOf(kept),
    });
    expect(reducedForms({ fact: event('ocr', 'finished', ids) }, refusal)[0]?.fact).toEqual(
      event('ocr', 'finished', kept),
    );
  });

  it('keeps times within what a database can hold', () => {
    const [form] = reducedForms(
      { fact: { kind: 'event', event: eventOf('ocr', 'finished', { at: 9e15, acceptedAt: -5 }) } },
      refusal,
    );
    expect(form?.fact).toEqual(event('ocr', 'finished', { at: 253_402_300_799_999, acceptedAt: 0 }));
  });

  it('changes nothing that is sound, and says why it is reduced', () => {
    const fact = { kind: 'completed' as const, end: completedOf({ documents: [] }) };
    expect(reducedForms({ fact }, refusal)[0]).toEqual({
      fact,
      history: undefined,
      deadLetter: undefined,
      reducedBy: refusal,
    });
  });
});
