import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it } from 'vitest';
import { bringPrometheus, readRules } from '../src/index.ts';

const root = join(import.meta.dirname, '../../..');
const folder = join(root, 'charts/docfleet/alerts');
const { files, tests } = readRules(folder);
// eslint-disable-next-line no-restricted-properties -- a test has no main.ts in front of it
const { PATH = '' } = process.env;
const { promtool } = await bringPrometheus(join(root, '.docfleet/servers'), PATH);

const check = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(promtool, args, { cwd: folder, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
};

it('O-04: the rules are well-formed', () => {
  expect(check('check', 'rules', ...files)).toMatchObject({ status: 0 });
});

it.each(tests)('O-04: %s', (name) => {
  expect(check('test', 'rules', name)).toMatchObject({ status: 0 });
});
