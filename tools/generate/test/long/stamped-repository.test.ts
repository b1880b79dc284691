import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTopics } from '@docfleet/codegen';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyRepository, type Ended, type Scratch } from './scratch.ts';

/** About 10 min: two stages and a class are created in a copy of the repository, whose checks and tests pass then. */

const minute = 60_000;
const good = { status: 0 };

const { stages } = parseTopics(
  readFileSync(join(import.meta.dirname, '../../../../schemas/topics.yaml'), 'utf8'),
);
const [first = ''] = stages;
/** The last stage that another one can come after. */
const last = stages[stages.indexOf('validation') - 1] ?? '';
const late = 'late-trial';
const early = 'early-trial';

/** What a failure shows: the end of what the program said. */
function shown({ status, output }: Ended): object {
  return status === 0 ? { status } : { status, output: output.slice(-20_000) };
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
      expect(shown(stamp('stage', late, '--after', last))).toEqual(good);
      expect(shown(stamp('stage', early, '--after', first))).toEqual(good);
      expect(shown(stamp('class', 'class-of-a-trial'))).toEqual(good);
    },
    15 * minute,
  );

  it('takes a name once', () => {
    expect(stamp('stage', late, '--after', first)).toMatchObject({
      status: 1,
      output: expect.stringContaining(`there is a stage ${late} already`) as string,
    });
  });

  it.each([
    ['format', 'prettier', '--check', '.'],
    ['references', 'nx', 'sync:check'],
    ['generated files', 'npm', 'run', '--silent', 'codegen:check'],
    ['unused code', 'knip'],
    ['types', 'tsc', '-b', 'tsconfig.json'],
    ['lint', 'nx', 'run-many', '-t', 'lint', '-p', late, early, first, last, 'codegen'],
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
  - { name: unwritten.tasks, lanes: true, value: OcrTask, key: runId, partitions: { published: 1, local: 1 }, retentionHours: 1 }
`;
      writeFileSync(topics, readFileSync(topics, 'utf8').replace(`[${first}, `, `[${first}, unwritten, `));
      appendFileSync(topics, family);
      expect(scratch.run('npm', 'run', '--silent', 'codegen')).toMatchObject({
        status: 1,
        output: expect.stringContaining('keda/scaling.yaml: the stage unwritten is missing') as string,
      });
      const scaling = join(scratch.root, 'keda/scaling.yaml');
      const entry = `  unwritten: { minReplicas: 1, maxReplicas: 1, lagPerReplica: 1 }\n  ${first}:`;
      writeFileSync(scaling, readFileSync(scaling, 'utf8').replace(`  ${first}:`, entry));
      expect(shown(scratch.run('npm', 'run', '--silent', 'codegen'))).toEqual(good);
      const { status, output } = scratch.run('vitest', 'run', 'tools/codegen/src/stages.test.ts');
      expect(status).toBe(1);
      expect(output).toContain('services/unwritten/src/main.ts');
      expect(output).toContain(`services/${first} does not write 'unwritten.tasks'`);
    },
    10 * minute,
  );
});
