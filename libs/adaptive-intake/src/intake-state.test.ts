import { expect, it } from 'vitest';
import { initialState, parseIntakeState } from './intake-state.ts';

it('M-20: reads what was published, and nothing else', () => {
  expect(parseIntakeState(JSON.stringify(initialState))).toEqual(initialState);
  expect(['', '{', '{}', '{"rates":{}}', 'null'].map(parseIntakeState)).toEqual(Array(5).fill(undefined));
});
