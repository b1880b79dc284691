import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const folder = join(root, 'charts/alerts');
const rules = readdirSync(folder).filter((name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml'));
const tests = readdirSync(folder).filter((name) => name.endsWith('.test.yaml'));

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
if (!hasPromtool)
  process.stdout.write('NOT TESTED: promtool is not installed, so alert rules are not executed.\n');

const promtool = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
};

it('O-04: every alert has a runbook, and each file of rules its tests', () => {
  const texts = rules.map((name) => readFileSync(join(folder, name), 'utf8'));
  const alerts = texts.flatMap((text) => text.match(/- alert: \S+/g) ?? []);
  const runbooks = texts.flatMap((text) =>
    [...text.matchAll(/runbook: (\S+)/g)].map(([, path = '']) => readFileSync(join(root, path), 'utf8')),
  );
  expect(runbooks.length).toBe(alerts.length);
  expect(tests).toEqual(rules.map((name) => name.replace('.yaml', '.test.yaml')));
});

it.runIf(hasPromtool)('O-04: the rules are well-formed', () => {
  expect(promtool('check', 'rules', ...rules)).toMatchObject({ status: 0 });
});

it.runIf(hasPromtool).each(tests)('O-04: %s', (name) => {
  expect(promtool('test', 'rules', name)).toMatchObject({ status: 0 });
});
