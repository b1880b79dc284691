import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { layoutOf, type Layout } from '../src/layout.ts';
import { takeLock } from '../src/lock.ts';
import { digestSources, writeStarted } from '../src/sources.ts';
import { startFakeApi, type FakeApi } from './fake-api.ts';
import { repository, runScript, type Ended } from './run-script.ts';

/** A repository in which this process holds the lock of a running fleet, whose API is a fake one. */
let root: string;
let layout: Layout;
let api: FakeApi;
let release: () => void;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'docfleet-running-fleet-'));
  layout = layoutOf(root, 'local');
  for (const folder of ['libs', 'services', 'schemas']) mkdirSync(join(root, folder));
  writeFileSync(join(root, 'package-lock.json'), '{}');
  writeFileSync(join(root, 'receipt.txt'), 'total 1.00');
  api = await startFakeApi();
  const lock = takeLock(layout.lockFile);
  if (!('release' in lock)) throw new Error('the lock is taken');
  release = () => {
    lock.release();
  };
});

afterEach(async () => {
  release();
  await api.close();
  rmSync(root, { recursive: true });
});

const main = `node --conditions=docfleet-source ${join(repository, 'tools/stack/src/main.ts')}`;

const runs = (...argv: string[]): Promise<Ended> =>
  runScript(main, argv, { folder: root, environment: { DOCFLEET_ROOT: root, DOCFLEET_CALLED_FROM: root } });

function becomeReady(): void {
  writeFileSync(layout.endpointsFile, JSON.stringify(api.endpoints));
  writeStarted(layout, digestSources(root), new Date());
}

test('a second start while the first one is not ready says what to do', async () => {
  expect(await runs('start', '--once', 'receipt.txt')).toEqual({
    code: 1,
    stdout: '',
    stderr: `\nProcess ${process.pid} is starting or stopping docfleet here. Repeat the command when it is done, or end it: npm stop\n`,
  });
});

test('a second start uses the fleet that runs, and a verdict is explained', async () => {
  becomeReady();
  const { code, stdout, stderr } = await runs('start', '--once', 'receipt.txt');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(
    new RegExp(
      `^Process ${process.pid} runs docfleet here already: nothing is started, that one is used\\.\n {2}done`,
    ),
  );
  expect(stdout).toMatch(/── receipt\.txt ─+ completed, review, \d+\.\d s ──\n/);
  expect(stdout).toMatch(
    /\nreview: a person must check the values of this document before they are used\.\n/,
  );
});

test('a fleet that runs older code is said to', async () => {
  becomeReady();
  writeFileSync(join(root, 'libs/new.ts'), 'export const a = 1;');
  const { code, stdout } = await runs('start', '--once', 'receipt.txt');
  expect({ code, stdout }).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /\nWarning: the fleet that runs here was started at .*npm stop, then npm start/,
    ) as string,
  });
});

test('stop, where nothing runs, says so', async () => {
  release();
  expect(await runs('stop')).toEqual({ code: 0, stdout: 'Nothing of docfleet runs here.\n', stderr: '' });
});
