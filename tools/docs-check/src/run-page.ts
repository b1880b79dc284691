import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFile, root } from './repository-files.ts';
import { matchesOutput, outputsOf, scriptOf, snippetsOf } from './snippets.ts';

/** Longest time for the blocks of one page, in milliseconds. */
const pageTimeoutMs = 300_000;

export interface PageOptions {
  /** Variables of the blocks: `DOCFLEET_API` and `DOCFLEET_API_KEY` of a fleet, and those that blocks need. */
  readonly environment: Readonly<Record<string, string>>;
  /** A document that lies beside the blocks as `invoice.pdf`. */
  readonly document: string;
}

export interface PageReport {
  /** How many blocks did what the page says. */
  readonly passed: number;
  /** What was not run, and why. */
  readonly skipped: readonly string[];
  /** What a block did instead of what the page says. */
  readonly faults: readonly string[];
}

/**
 * Runs the blocks of a page, in a folder of their own with `invoice.pdf` and the command `docfleet`, against a fleet.
 *
 * @param path below the repository's root
 */
export async function runPage(path: string, { environment, document }: PageOptions): Promise<PageReport> {
  const all = snippetsOf(readFile(path));
  const missing = (needs: readonly string[]): readonly string[] => needs.filter((name) => !environment[name]);
  const snippets = all.filter(({ needs }) => missing(needs).length === 0);
  const skipped = all
    .filter((each) => !snippets.includes(each))
    .map(({ line, needs }) => `${path}:${line} was not run: ${missing(needs).join(', ')} is not set`);
  if (snippets.length === 0) return { passed: 0, skipped, faults: [] };
  const folder = mkdtempSync(join(tmpdir(), 'docfleet-docs-'));
  try {
    copyFileSync(document, join(folder, 'invoice.pdf'));
    const { stdout, stderr, problem } = await runScript(scriptOf(snippets), folder, environment);
    const outputs = outputsOf(stdout);
    const faults = snippets.flatMap(({ line, output }, index) => {
      const printed = outputs[index];
      const at = `${path}:${line}`;
      if (printed === undefined)
        return index === outputs.length
          ? [`${at} failed (${problem}):\n${stderr.slice(-4_000)}`]
          : [`${at} was not reached`];
      if (output === undefined || matchesOutput(output, printed)) return [];
      return [`${at} printed\n${printed}\nbut the page shows\n${output}`];
    });
    return { passed: snippets.length - faults.length, skipped, faults };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The command `docfleet`, and packages of the workspace for `import`, as a person has them installed. */
function install(folder: string): string {
  const programs = join(folder, '.bin');
  mkdirSync(programs);
  const command = join(programs, 'docfleet');
  writeFileSync(command, `#!/bin/sh\nexec node '${join(root, 'tools/docfleet/bin/docfleet.mjs')}' "$@"\n`);
  chmodSync(command, 0o755);
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return programs;
}

function runScript(
  script: string,
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly stdout: string; readonly stderr: string; readonly problem: string }> {
  const programs = install(folder);
  const path = environment['PATH'] ?? '';
  return new Promise((resolve) => {
    const child = execFile(
      'bash',
      ['-s'],
      {
        cwd: folder,
        timeout: pageTimeoutMs,
        maxBuffer: 16 * 1024 * 1024,
        env: {
          ...environment,
          PATH: `${programs}:${join(root, 'node_modules/.bin')}:${path}`,
          DOCS_NODE_CONDITION: '--conditions=docfleet-source',
          DOCFLEET_CALLED_FROM: folder,
          INIT_CWD: folder,
        },
      },
      (error, stdout, stderr) => {
        resolve({
          stdout,
          stderr,
          problem: error === null ? 'no error' : `exit code ${error.code ?? 'none'}`,
        });
      },
    );
    child.stdin?.end(script);
  });
}
