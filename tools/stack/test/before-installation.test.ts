import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inherited, repository, runScript, scripts, type Ended } from './run-script.ts';

/** The repository as it is before installation: the launcher and what it reads, no packages. */
let folder: string;
let path: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'docfleet-clone-'));
  for (const part of [
    'package.json',
    'package-lock.json',
    'tools/stack/launch.mjs',
    'tools/stack/launch',
    'tools/command-line/src',
  ])
    cpSync(join(repository, part), join(folder, part), { recursive: true });
  path = [programsBefore(), '/usr/bin', '/bin'].join(delimiter);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A folder with the system's Node, where there is one, and an npm that cannot install anything. */
function programsBefore(): string {
  const programs = join(folder, 'programs');
  mkdirSync(programs);
  const outside = (inherited()['PATH'] ?? '')
    .split(delimiter)
    .filter((each) => !each.includes('node_modules') && each !== '')
    .map((each) => join(each, 'node'))
    .find((each) => existsSync(each));
  symlinkSync(outside ?? process.execPath, join(programs, 'node'));
  writeFileSync(join(programs, 'npm'), '#!/bin/sh\necho "npm $*: no network" >&2\nexit 7\n');
  chmodSync(join(programs, 'npm'), 0o755);
  return programs;
}

const runs = (name: string, argv: readonly string[]): Promise<Ended> =>
  runScript(scripts[name] ?? '', argv, { folder, path });

const own = Object.keys(scripts).filter((name) => !(scripts[name] ?? '').includes('install &&'));

test.each(own)('npm run %s --help and a wrong option are answered without an installation', async (name) => {
  const [help, wrong] = await Promise.all([runs(name, ['--help']), runs(name, ['--no-such-option'])]);
  expect(help).toEqual({ code: 0, stdout: expect.stringMatching(/^Usage: npm /) as string, stderr: '' });
  expect(wrong).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^npm .*: unknown option '--no-such-option'\. .*\n$/) as string,
  });
  expect(existsSync(join(folder, 'node_modules'))).toBe(false);
});

test('wrong values and paths are refused without an installation', async () => {
  const calls = await Promise.all([
    runs('simulate', ['--seeds', 'many']),
    runs('start', ['no.pdf']),
    runs('evaluate', ['package.json']),
  ]);
  expect(calls.map(({ code }) => code)).toEqual([2, 2, 2]);
  expect(calls.map(({ stderr }) => stderr)).toEqual([
    "npm run simulate: --seeds takes a whole number from 1 to 999999999, not 'many'. Nothing was done; npm run simulate -- --help shows the usage.\n",
    `npm start: nothing was done, because of these paths:\n  - ${folder}/no.pdf does not exist; correct the path\n`,
    `npm run evaluate: nothing was done, because of these paths:\n  - ${folder}/package.json is a file; name the folder that it is in\n`,
  ]);
});

test('versions says that the packages are missing', async () => {
  const { code, stdout } = await runs('versions', []);
  expect({ code, stdout }).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/\npackages {2}missing/) as string,
  });
});

test('a command that needs packages installs them first, and says so; a failed installation is explained', async () => {
  const { code, stdout, stderr } = await runs('codegen', []);
  expect({ code, stdout, stderr: stderr.split('\n') }).toEqual({
    code: 1,
    stdout: '',
    stderr: [
      'Packages are missing or out of date: installing those of package-lock.json (npm ci), 1 to 2 minutes ...',
      'npm ci --no-audit --no-fund --loglevel=error: no network',
      'npm ci failed (code 7); its messages are above. Correct the cause, then repeat the command.',
      '',
    ],
  });
  expect(existsSync(join(folder, '.docfleet/install.lock'))).toBe(false);
});
