import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyRepository, type Ended, type Scratch } from './scratch.ts';

const minute = 60_000;
const good = { status: 0 };

/** What a failure shows: the end of what the program said. */
function shown({ status, output }: Ended): object {
  return status === 0 ? { status } : { status, output: output.slice(-6_000) };
}

describe('a repository with two stages and a class more', () => {
  let scratch: Scratch;
  beforeAll(() => {
    scratch = copyRepository();
  }, 5 * minute);
  afterAll(() => {
    scratch.remove();
  });
  const run = (command: string, ...args: readonly string[]): object => shown(scratch.run(command, ...args));
  const stamp = (...args: readonly string[]): Ended =>
    scratch.run('npm', 'run', '--silent', 'new', '--', ...args);

  it(
    'is stamped by three commands',
    () => {
      // One that ends the runs in place of validation, and one that passes on what it is given.
      expect(shown(stamp('stage', 'redaction', '--after', 'validation'))).toEqual(good);
      expect(shown(stamp('stage', 'page-check', '--after', 'preprocess'))).toEqual(good);
      expect(shown(stamp('class', 'delivery-note'))).toEqual(good);
    },
    15 * minute,
  );

  it('takes a name once', () => {
    expect(stamp('stage', 'redaction', '--after', 'ocr')).toMatchObject({
      status: 1,
      output: expect.stringContaining('there is a stage redaction already') as string,
    });
  });

  it.each([
    ['format', 'prettier', '--check', '.'],
    ['references', 'nx', 'sync:check'],
    ['generated files', 'npm', 'run', '--silent', 'codegen:check'],
    ['unused code', 'knip'],
    ['types', 'tsc', '-b', 'tsconfig.json'],
    [
      'lint',
      'nx',
      'run-many',
      '-t',
      'lint',
      '-p',
      'redaction',
      'page-check',
      'preprocess',
      'validation',
      'codegen',
    ],
    ['pure tests', 'vitest', 'run', '/src/'],
    ['simulation', 'npm', 'run', '--silent', 'simulate', '--', '--seeds', '60'],
  ])(
    'passes: %s',
    (_what, command, ...args) => {
      expect(run(command, ...args)).toEqual(good);
    },
    30 * minute,
  );
});

describe('a repository where a stage stands in topics.yaml only', () => {
  let scratch: Scratch;
  beforeAll(() => {
    scratch = copyRepository();
  }, 5 * minute);
  afterAll(() => {
    scratch.remove();
  });

  it(
    'says what is missing',
    () => {
      const topics = join(scratch.root, 'schemas/topics.yaml');
      const family = `
  - { name: audit.tasks, lanes: true, value: OcrTask, key: runId, partitions: { published: 1, local: 1 }, retentionHours: 1 }
`;
      writeFileSync(topics, readFileSync(topics, 'utf8').replace('[preprocess, ', '[preprocess, audit, '));
      appendFileSync(topics, family);
      expect(shown(scratch.run('npm', 'run', '--silent', 'codegen'))).toEqual(good);
      const { status, output } = scratch.run('vitest', 'run', 'tools/codegen/src/stages.test.ts');
      expect(status).toBe(1);
      expect(output).toContain('services/audit/src/main.ts');
      expect(output).toContain("services/preprocess does not write 'audit.tasks'");
      expect(output).toContain('audit');
    },
    10 * minute,
  );
});
