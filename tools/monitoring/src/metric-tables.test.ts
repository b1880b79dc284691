import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exportedTypes, parseMetricTables } from './metric-tables.ts';

const root = join(import.meta.dirname, '../../..');
const { metrics } = parseMetricTables(readFileSync(join(root, 'docs/metrics.md'), 'utf8'));

const declared = /'((?:docfleet|documents|batch|queue|worker|current|tokens|success)_[a-z_]+)'/g;

/** Ends of names that only metrics have, or names of metrics without a unit. */
function isMetric(text: string, name: string): boolean {
  return new RegExp(`(?:[cC]ounter|[gG]auge)\\(\\s*'${name}'|name: '${name}'`).test(text);
}

test('O-03: every metric that a source declares is documented, and every documented one is declared', () => {
  const names = new Set<string>();
  for (const file of globSync('{libs,services}/*/src/**/*.ts', { cwd: root })) {
    if (file.endsWith('.test.ts')) continue;
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, name = ''] of text.matchAll(declared)) if (isMetric(text, name)) names.add(name);
  }
  expect([...names].sort()).toEqual(metrics.map(({ name }) => name).sort());
});

test('a page without the tables, or with another type, is refused', () => {
  expect(() => parseMetricTables('# Metrics\n')).toThrow("no table below '## Names'");
  const page =
    '\n## Names\n\n| name | type | labels | services |\n| - | - | - | - |\n| `a` | summary | | all |\n';
  expect(() => parseMetricTables(page)).toThrow("'summary' is no type of a metric");
});

test('reads names and types of both formats', () => {
  const text = '# TYPE a_total counter\n# TYPE b gauge\n';
  const open = '# TYPE a counter\n# TYPE b gauge\n# EOF\n';
  expect([...exportedTypes(text)]).toEqual([
    ['a_total', 'counter'],
    ['b', 'gauge'],
  ]);
  expect(exportedTypes(open)).toEqual(exportedTypes(text));
});
