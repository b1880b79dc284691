import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');

interface Answer {
  readonly code: number;
  readonly printed: string;
  readonly said: string;
}

function runChaos(argv: readonly string[]): Promise<Answer> {
  const main = resolve(root, 'tools/chaos/src/main.ts');
  return new Promise((done) => {
    const options = { cwd: root, maxBuffer: 64 * 1024 * 1024 };
    const all = ['--conditions=docfleet-source', main, ...argv];
    execFile(process.execPath, all, options, (error, printed, said) => {
      done({ code: error === null ? 0 : Number(error.code ?? 1), printed, said });
    });
  });
}

test('R-01 M-15: a real fleet that is killed while it works loses nothing and does nothing twice', async () => {
  const given = ['--documents', '300', '--kills', '30', '--seed', '5', '--json'];
  const { code, printed, said } = await runChaos(given);
  if (!printed.startsWith('{')) throw new Error(said);
  const report = JSON.parse(printed) as Record<string, unknown>;
  expect(report['violations']).toEqual([]);
  expect({ runs: report['runs'], effects: report['effectsPerDocument'], code }).toEqual({
    runs: 300,
    effects: { terminalEvents: 1, outcomes: 1, bundles: 1 },
    code: 0,
  });
}, 1_800_000);
