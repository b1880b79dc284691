import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const main = join(import.meta.dirname, '../src/main.ts');

function command(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=docfleet-source', main, ...args],
    { encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

it('shows its usage', () => {
  expect(command('--help')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('stage <name> --after <stage>') as string,
  });
});

it.each([
  [['table'], "'table'"],
  [['stage'], 'the new stage needs a name'],
  [['stage', 'stage-of-a-test'], 'a stage needs --after <stage>'],
  [['stage', 'stage-of-a-test', 'other', '--after', 'ocr'], 'one name at a time, not also other'],
  [['stage', 'stage-of-a-test', '--before', 'ocr'], '--before'],
])('says what is wrong with %j', (args, message) => {
  expect(command(...args)).toMatchObject({ status: 2, stderr: expect.stringContaining(message) as string });
});

it('lists what it would write and writes nothing', () => {
  const { status, stdout } = command('stage', 'stage-of-a-test', '--after', 'ocr', '--dry-run');
  expect(status).toBe(0);
  expect(stdout).toContain('services/stage-of-a-test/src/core/stage-of-a-test.ts');
  expect(stdout).toContain('keda/scaling.yaml');
  expect(stdout).toContain('charts/docfleet/values.yaml');
});
