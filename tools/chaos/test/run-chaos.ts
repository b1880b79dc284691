import { execFile } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');

/** What a fault run found: the fields of its report that tests look at. */
export interface FaultRun {
  readonly violations: unknown;
  readonly runs: unknown;
  readonly effects: unknown;
  readonly code: number;
}

/** Runs `npm run chaos` with these arguments. @throws Error with what it printed to stderr when it gave no report. */
export async function runChaos(argv: readonly string[]): Promise<FaultRun> {
  const { report, code } = await reportOf(argv);
  return {
    violations: report['violations'],
    runs: report['runs'],
    effects: report['effectsPerDocument'],
    code,
  };
}

/** Runs `npm run chaos -- --fuzz` with these further arguments. */
export async function runFuzzed(
  argv: readonly string[],
): Promise<{ readonly violations: unknown; readonly code: number }> {
  const { report, code } = await reportOf(['--fuzz', ...argv]);
  return { violations: report['violations'], code };
}

function reportOf(
  argv: readonly string[],
): Promise<{ readonly report: Readonly<Record<string, unknown>>; readonly code: number }> {
  const main = resolve(root, 'tools/chaos/src/main.ts');
  return new Promise((done, fail) => {
    const options = { cwd: root, maxBuffer: 64 * 1024 * 1024 };
    const all = ['--conditions=docfleet-source', main, ...argv, '--json'];
    execFile(process.execPath, all, options, (error, stdout, stderr) => {
      if (!stdout.startsWith('{')) {
        fail(new Error(stderr));
        return;
      }
      const report = JSON.parse(stdout) as Record<string, unknown>;
      done({ report, code: error === null ? 0 : Number(error.code ?? 1) });
    });
  });
}

/** What a run over `documents` documents gives when nothing was lost and nothing was done twice. */
export function faultless(documents: number): FaultRun {
  return {
    violations: [],
    runs: documents,
    effects: { terminalEvents: 1, outcomes: 1, bundles: 1 },
    code: 0,
  };
}
