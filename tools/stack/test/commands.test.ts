import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands, usageOf } from '@docfleet/command-line';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFakeApi, type FakeApi } from './fake-api.ts';
import { inherited, repository, runScript, scripts, type Ended } from './run-script.ts';

/** Scripts that only install the packages and run a program of others: its help and its options are its own. */
const othersPrograms: Readonly<Record<string, string>> = {
  format: 'prettier --check',
  'format:fix': 'prettier --write; changes files',
  lint: 'eslint',
  cycles: 'dependency-cruiser',
  'lint:docs': 'markdownlint-cli2',
  typecheck: 'tsc',
  build: 'tsc by nx',
  unused: 'knip',
  'sync:check': 'nx',
};

const own = Object.keys(scripts).filter((name) => !Object.hasOwn(othersPrograms, name));

/** A call that does what the command is for, as far as that is cheap; or why there is none here. */
type RealCall = (() => Promise<void>) | string;

const runs = (
  name: string,
  argv: readonly string[],
  environment?: Readonly<Record<string, string>>,
): Promise<Ended> => runScript(scripts[name] ?? '', argv, environment === undefined ? {} : { environment });

let folder: string;
let api: FakeApi;
let withFleet: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'docfleet-commands-'));
  api = await startFakeApi();
  const endpointsFile = join(folder, 'endpoints.json');
  writeFileSync(endpointsFile, JSON.stringify(api.endpoints));
  withFleet = { DOCFLEET_ENDPOINTS: endpointsFile };
});

afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true });
});

/** Receipts with labels, as evaluate takes them. */
function labelledFolder(): string {
  const labelled = join(folder, 'labelled');
  mkdirSync(labelled, { recursive: true });
  const labels = { company: 'a', date: 'b', address: 'c', total: '1.00' };
  const rows = [1, 2, 3].map((id) => JSON.stringify({ id, file: `${id}.txt`, ...labels }));
  writeFileSync(join(labelled, 'labels.jsonl'), rows.join('\n'));
  for (const id of [1, 2, 3]) writeFileSync(join(labelled, `${id}.txt`), 'total 1.00');
  return labelled;
}

const real: Readonly<Record<string, RealCall>> = {
  start:
    'brings every server up; test/running-fleet.test.ts uses one that runs, and npm run chaos starts one',
  stop: 'would end the stack of the person who runs the tests; test/running-fleet.test.ts ends one elsewhere',
  test: 'runs this test',
  'test:unit': 'runs the unit tests, as npm test does',
  'test:browser': 'runs the tests of the console, some of which npm test runs',
  'test:long': async () => {
    expect(await runs('test:long', ['--list'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^sabotage\b/m) as string,
    });
  },
  'test:docs': 'needs a running fleet; test/for-integrators.test.ts runs the snippets with one',
  coverage: 'runs the unit tests, as npm test does',
  mutation: 'takes minutes for a project; npm run test:long runs it',
  documents: async () => {
    const out = join(folder, 'documents');
    expect(await runs('documents', ['--out', out, '--count', '2', '--held-out'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^wrote 2 documents/) as string,
    });
  },
  readings: 'starts reading engines; tools/train has a test of its own',
  train: 'tools/train has a test of its own',
  new: async () => {
    expect(await runs('new', ['class', 'delivery-note', '--dry-run'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('schemas/classes/delivery-note/v1.yaml') as string,
    });
  },
  licences: async () => {
    expect(await runs('licences', [])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Apache-2.0') as string,
    });
  },
  'licences:check': async () => {
    expect(await runs('licences:check', [])).toMatchObject({ code: 0, stderr: '' });
  },
  check: 'runs this test',
  chaos: 'has a test of its own (tools/chaos/test)',
  bench: 'has a long test of its own (tools/measure/test/long)',
  'build:images': 'has a test of its own (tools/images/test)',
  charts: 'builds programs; what it checks has tests of its own (tools/charts/test)',
  'test:k8s': async () => {
    expect(await runs('test:k8s', ['--list'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^control-plane\nnode\n/) as string,
    });
  },
  models: 'downloads; npm test and npm start use it',
  codegen: 'writes; codegen:check is the same without writing',
  preflight: async () => {
    expect(await runs('preflight', [])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Node v24\.[^]*\nSandbox of parser children: /) as string,
    });
  },
  versions: async () => {
    expect(await runs('versions', [])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^docfleet .*\nNode .*\npackages .*\n$/) as string,
    });
  },
  'codegen:check': async () => {
    expect(await runs('codegen:check', [])).toEqual({ code: 0, stdout: '', stderr: '' });
  },
  simulate: async () => {
    expect(await runs('simulate', ['--seeds', '3', '--processes', '1'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^schedules 3, steps \d+, violations in 0, /) as string,
    });
  },
  'simulate:sabotage': async () => {
    const argv = ['--only', 'advance over a gap', '--seeds', '20'];
    expect(await runs('simulate:sabotage', argv)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\| advance over a gap \| schedule \d+ \| .* \|\n$/) as string,
    });
  },
  docfleet: 'has a test of its own (tools/docfleet/test)',
  evaluate: async () => {
    const { code, stdout, stderr } = await runs('evaluate', [labelledFolder(), '--parallel', '2'], withFleet);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '3 of 3 documents\n' });
    expect(stdout).toMatch(/ended: completed 3\nverdicts: review 3\n/);
  },
  measure: async () => {
    const { code, stdout } = await runs('measure', ['--idle', '0.1', '--json'], withFleet);
    expect({ code, files: (JSON.parse(stdout) as { files: number }).files }).toEqual({ code: 0, files: 0 });
  },
  operate: async () => {
    expect(await runs('operate', ['dead-letters', 'list'], withFleet)).toEqual({
      code: 0,
      stdout: 'No dead letters.\n',
      stderr: '',
    });
  },
  'trace-run': async () => {
    const { code, stderr } = await runs('trace-run', ['7'], withFleet);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        'npm run operate: a runId is needed, not 7. Nothing was done; npm run operate -- --help shows the usage.\n',
    });
  },
  deploy: async () => {
    const { code, stdout } = await runs('deploy', ['--dry-run', '--preset', 'local']);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/tables: not checked/) as string,
    });
  },
};

/** The servers that `npm test` starts, which only `deploy` needs. */
const hasServers = inherited()['KAFKA_BROKERS'] !== undefined;

test('every script of package.json is tested here or runs a program of others', () => {
  expect(Object.keys(real).sort()).toEqual(own.toSorted());
  expect(own.filter((name) => !/^node tools\/stack\/launch\.mjs \w/.test(scripts[name] ?? ''))).toEqual([]);
});

test.each(Object.keys(othersPrograms))('npm run %s installs the packages first', (name) => {
  expect(scripts[name]).toMatch(
    /^node tools\/stack\/launch\.mjs install && (?:[A-Z_]+=\S+ )?(prettier|nx|tsc|knip|eslint|depcruise|markdownlint-cli2)\b/,
  );
});

describe.each(own)('npm run %s', (name) => {
  test('--help prints the usage to stdout', async () => {
    const { code, stdout, stderr } = await runs(name, ['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^Usage: npm [^]*\nOptions:\n[^]*-h, --help[^]*\nExamples?:\n {2}npm [^]*\nExit codes:\n/,
    );
  });

  test('a wrong option is refused with one line on stderr', async () => {
    const { code, stdout, stderr } = await runs(name, ['--no-such-option']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^npm [a-z0-9: ]+: unknown option '--no-such-option'\. Nothing was done; npm .*--help shows the usage\.\n$/,
    );
  });
});

const calls = Object.entries(real).flatMap(([name, call]) =>
  typeof call === 'string' ? [] : [{ name, call }],
);

test.each(calls.filter(({ name }) => name !== 'deploy' || hasServers))(
  'npm run $name does what it is for',
  async ({ call }) => {
    expect.hasAssertions();
    await call();
  },
);

test('npm finds a script', async () => {
  const { code, stdout } = await runScript('npm run --silent versions', []);
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/^docfleet /) as string });
});

test.each([
  ['README.md', readFileSync(join(repository, 'README.md'), 'utf8')],
  ['the usage texts', Object.values(commands).map(usageOf).join('\n')],
])('%s names scripts that exist', (_, text) => {
  const calls = text.matchAll(/\bnpm (?:run ([a-z][a-z0-9:-]*)|(start|stop|test)\b)/g);
  const named = [...calls].map(([, script, short]) => script ?? short ?? '');
  expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  expect(named).toContain('start');
});
