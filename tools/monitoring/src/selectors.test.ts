import { expect, test } from 'vitest';
import { selectorsIn } from './selectors.ts';

test.each([
  ['up', ['up']],
  ['sum by (stage, code) (increase(a_total[1h])) > 0', ['a_total']],
  ['sum(a_total unless a_total offset 1h) > 0', ['a_total', 'a_total']],
  ['max(a) - on (stage) group_left (lane) b{x="y or z"} and c', ['a', 'b', 'c']],
  ['histogram_quantile(0.95, sum by (le) (rate(a_bucket[5m]))) > 21.2', ['a_bucket']],
  ['level:metric:op1h > 14.4 * 0.05 or vector(0)', ['level:metric:op1h']],
  ['label_replace(a, "source", "b", "", "")', ['a']],
  ['time() - min without (x) (a) < 14 * 86400', ['a']],
])('%s asks for %j', (expression, names) => {
  expect(selectorsIn(expression).map(({ name }) => name)).toEqual(names);
});

test('names the labels that series are selected by', () => {
  expect(selectorsIn('rate(a{stage="ocr", le=~"60([.]0)?",x!="{"}[5m])')).toEqual([
    { name: 'a', labels: ['stage', 'le', 'x'] },
  ]);
});
