import { describe, expect, it } from 'vitest';
import { labelPhrases, phrasesToAvoid, weighted } from './phrases.ts';

const left = (text: string) => ({ left: text, above: '' });
const above = (text: string) => ({ left: '', above: text });

describe('labelPhrases', () => {
  it('takes the longest phrase that most examples share at the end of the text before the value', () => {
    expect(labelPhrases([left('Your invoice no:'), left('Invoice No.'), left('Page 1 invoice no')])).toEqual([
      'invoice no',
    ]);
  });

  it('takes what stands above where more examples share it', () => {
    expect(labelPhrases([above('Due date'), above('DUE DATE:'), { left: 'Net', above: 'Due date' }])).toEqual(
      ['due date'],
    );
  });

  it('leaves out what one example alone has, unless there is nothing else', () => {
    expect(labelPhrases([left('Total'), left('Total'), left('Tan Brothers')])).toEqual(['total']);
    expect(labelPhrases([left('Total'), left('Sum'), left('12.00')])).toEqual(['total', 'sum']);
  });
});

it('phrases to avoid stand beside other values of at least two examples', () => {
  const others = [[left('Order date'), left('Printed')], [left('Order date')]];
  expect(phrasesToAvoid(others, ['invoice date'])).toEqual(['order date']);
  expect(phrasesToAvoid(others, ['order date'])).toEqual([]);
});

it('a phrase that also stands beside other values weighs less', () => {
  expect(weighted(['date', 'invoice date'], [[left('Order date')]])).toEqual([
    { phrase: 'date', weight: 1 },
    { phrase: 'invoice date', weight: 2 },
  ]);
});
