import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dashboardQueries } from './dashboard-queries.ts';
import { parseMetricTables } from './metric-tables.ts';
import { readRules } from './rules.ts';
import { runbookQueries } from './runbook-queries.ts';
import { selectorsIn } from './selectors.ts';

const root = join(import.meta.dirname, '../../..');
const { metrics, recorded, external } = parseMetricTables(
  readFileSync(join(root, 'docs/metrics.md'), 'utf8'),
);
const rules = readRules(join(root, 'charts/docfleet/alerts'));

/** Labels that scraping adds. */
const scraped = ['service', 'instance', 'job', 'pod', 'namespace'];

/** Labels by name of a series: of metrics, of what rules record, and of what others export. */
const known = new Map<string, readonly string[] | undefined>([
  ...metrics.flatMap(({ name, type, labels }): [string, readonly string[]][] =>
    type === 'histogram'
      ? [
          [`${name}_bucket`, [...labels, 'le', ...scraped]],
          [`${name}_sum`, [...labels, ...scraped]],
          [`${name}_count`, [...labels, ...scraped]],
        ]
      : [[name, [...labels, ...scraped]]],
  ),
  ...rules.records.map(({ record }): [string, readonly string[]] => [
    record,
    recorded.find(({ name }) => isWindowOf(name, record))?.labels ?? [],
  ]),
  ...external.map((name): [string, undefined] => [name, undefined]),
  ['ALERTS', undefined],
  ['process_resident_memory_bytes', scraped],
  ['process_cpu_seconds_total', scraped],
]);

function isWindowOf(documented: string, record: string): boolean {
  const [begin = '', window] = documented.split('<window>');
  return window === undefined ? documented === record : record.startsWith(begin);
}

const queries = [
  ...rules.alerts.map(({ alert, expr }) => ({ place: alert, expr })),
  ...rules.records.map(({ record, expr }) => ({ place: record, expr })),
  ...dashboardQueries(),
  ...runbookQueries(join(root, 'docs/runbooks')).map(({ runbook, expr }) => ({ place: runbook, expr })),
];

test.each(queries)('O-04: $place asks for series that are exported, by labels that they have', ({ expr }) => {
  const asked = selectorsIn(expr);
  expect(asked).not.toEqual([]);
  const wrong = asked.filter(({ name, labels }) => {
    if (!known.has(name)) return true;
    const own = known.get(name);
    return own !== undefined && labels.some((label) => !own.includes(label));
  });
  expect(wrong).toEqual([]);
});

test('O-04: every recorded series is documented, and nothing else', () => {
  const undocumented = rules.records.filter(
    ({ record }) => !recorded.some(({ name }) => isWindowOf(name, record)),
  );
  const unrecorded = recorded.filter(
    ({ name }) => !rules.records.some(({ record }) => isWindowOf(name, record)),
  );
  expect([undocumented, unrecorded]).toEqual([[], []]);
});

test('O-04: each file of rules has tests, which fire each alert and leave it silent', () => {
  expect(rules.tests).toEqual(rules.files.map((name) => name.replace('.yaml', '.test.yaml')));
  const texts = rules.tests.map((name) => readFileSync(join(root, 'charts/docfleet/alerts', name), 'utf8'));
  const cases = texts.flatMap((text) => alertCases(text));
  const missing = rules.alerts.filter(
    ({ alert }) =>
      !cases.some((each) => each.alert === alert && each.fires) ||
      !cases.some((each) => each.alert === alert && !each.fires),
  );
  expect(missing.map(({ alert }) => alert)).toEqual([]);
});

test('O-04: each alert has a severity and a runbook of its own, and each runbook an alert', () => {
  expect(rules.alerts.filter(({ labels }) => !/^(critical|warning)$/.test(labels['severity'] ?? ''))).toEqual(
    [],
  );
  const named = rules.alerts.map(({ alert, annotations }) => [alert, annotations['runbook_url']]);
  expect(named).toEqual(rules.alerts.map(({ alert }) => [alert, `docs/runbooks/${kebab(alert)}.md`]));
  // Alerts about scaling belong to the chart that scales.
  const charts = globSync('{charts,keda}/**/*.yaml', { cwd: root }).map((file) =>
    readFileSync(join(root, file), 'utf8'),
  );
  const unnamed = readdirSync(join(root, 'docs/runbooks')).filter(
    (file) => !charts.some((text) => text.includes(`docs/runbooks/${file}`)),
  );
  expect(unnamed).toEqual([]);
  for (const { alert } of rules.alerts) {
    const text = readFileSync(join(root, 'docs/runbooks', `${kebab(alert)}.md`), 'utf8');
    expect(text.startsWith(`# ${alert}\n\n**Meaning.** `)).toBe(true);
    expect(text).toMatch(/\n\*\*Diagnosis\.\*\*[\s\S]+\n\*\*Remedy\.\*\* /);
  }
});

function kebab(alert: string): string {
  return alert
    .replace('Docfleet', '')
    .replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`)
    .toLowerCase();
}

interface TestedAlert {
  readonly alert: string;
  readonly fires: boolean;
}

/** Names of tested alerts, with whether the case expects one; both forms of the YAML. */
function alertCases(text: string): TestedAlert[] {
  return [...text.matchAll(/alertname: (\w+),?\s+exp_alerts:(\s*\[\])?/g)].map(([, alert = '', none]) => ({
    alert,
    fires: none === undefined,
  }));
}
