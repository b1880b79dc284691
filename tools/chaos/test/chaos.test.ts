import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function runChaos(argv: readonly string[]): Promise<Answer> {
  const main = resolve(root, 'tools/chaos/src/main.ts');
  return new Promise((done) => {
    const options = { cwd: root, maxBuffer: 64 * 1024 * 1024 };
    const all = ['--conditions=docfleet-source', main, ...argv];
    execFile(process.execPath, all, options, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
    });
  });
}

test('R-01 M-15: a real fleet loses and duplicates nothing while its processes are killed', async () => {
  const given = ['--documents', '300', '--kills', '30', '--seed', '5', '--json'];
  const { code, stdout, stderr } = await runChaos(given);
  if (!stdout.startsWith('{')) throw new Error(stderr);
  const report = JSON.parse(stdout) as Record<string, unknown>;
  expect(report['violations']).toEqual([]);
  expect({ runs: report['runs'], effects: report['effectsPerDocument'], code }).toEqual({
    runs: 300,
    effects: { terminalEvents: 1, outcomes: 1, bundles: 1 },
    code: 0,
  });
}, 1_800_000);
