import { lint } from 'markdownlint/sync';
import { expect, test } from 'vitest';
import rowsInTables from './rows-in-tables.ts';

/** Lines, from 1, in which the rule finds a row outside of a table. */
function faultsOf(...lines: readonly string[]): number[] {
  const results = lint({
    strings: { page: lines.join('\n') },
    customRules: [rowsInTables],
    config: { default: false, 'rows-in-tables': true },
  });
  return (results['page'] ?? []).map(({ lineNumber }) => lineNumber);
}

test('a header with fewer cells than the row below it makes no table', () => {
  expect(faultsOf('| command | measured |', '| - | - | - |', '| stop | `npm stop` | 2.6 s |')).toEqual([
    1, 2, 3,
  ]);
});

test('rows of a table are in place, also inside of a list', () => {
  expect(faultsOf('| command | measured |', '| - | - |', '| stop | 2.6 s |')).toEqual([]);
  expect(faultsOf('- a list', '', '  | command | measured |', '  | - | - |', '  | stop | 2.6 s |')).toEqual(
    [],
  );
});

test('a bar at the beginning of a line of code is no row', () => {
  expect(faultsOf('```', '| head', '```', '', '    | indented')).toEqual([]);
});
