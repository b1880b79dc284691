import { expect, test } from 'vitest';
import { draftText, noDraft, readDraft, withText } from './draft.ts';

test('what was typed is read again as it was', () => {
  const draft = {
    texts: { '1/total': '12.' },
    changes: [{ op: 'confirm', document: 1, field: 'date' }],
  } as const;
  expect(readDraft(draftText(draft))).toEqual(draft);
});

test('an empty draft is not stored, and damage is none', () => {
  expect(draftText(withText(withText(noDraft, 'a', 'x'), 'a', undefined))).toBeNull();
  for (const text of [null, '', '{', '7', 'null', '{"texts":7,"changes":[{"op":"drop"},null]}']) {
    expect(readDraft(text)).toEqual(noDraft);
  }
});
