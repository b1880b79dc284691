import { expect, test } from 'vitest';
import { draftText, noDraft, readDraft, withText } from './draft.ts';

test('what was typed is read again as it was', () => {
  const draft = {
    texts: { '1/total': '12.' },
    changes: [{ op: 'confirm', document: 1, field: 'date' }],
    firstPages: [1, 3],
  } as const;
  expect(readDraft(draftText(draft))).toEqual(draft);
});

test('an empty draft is not stored, and damage is none', () => {
  const texts = withText(withText({}, 'a', 'x'), 'a', undefined);
  expect(draftText({ ...noDraft, texts, firstPages: [1] })).toBeNull();
  for (const text of [
    null,
    '',
    '{',
    '7',
    'null',
    '{"texts":7,"changes":[{"op":"drop"},null],"firstPages":["1"]}',
  ]) {
    expect(readDraft(text)).toEqual(noDraft);
  }
});
