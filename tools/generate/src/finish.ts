import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { GenerateError } from './generate-error.ts';
import type { Plan } from './plan.ts';

interface Step {
  readonly what: string;
  readonly command: string;
  readonly arguments: readonly string[];
}

/** What turns the written files into a repository that is whole again, in this order. */
export function stepsAfter(kind: 'stage' | 'class', { created, changed }: Plan): readonly Step[] {
  const bin = (name: string): string => join('node_modules/.bin', name);
  const codegen = {
    what: 'types, codecs and pages from schemas/',
    command: process.execPath,
    arguments: ['--conditions=docfleet-source', 'tools/codegen/src/main.ts'],
  };
  const format = {
    what: 'format',
    command: bin('prettier'),
    arguments: ['--write', '--log-level=warn', ...created.keys(), ...changed.keys()],
  };
  if (kind === 'class') return [format, codegen];
  return [
    {
      what: 'link the package',
      command: 'npm',
      arguments: [
        'install',
        '--ignore-scripts',
        '--prefer-offline',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
      ],
    },
    { ...codegen, arguments: [...codegen.arguments, '--release'] },
    { what: 'references between packages', command: bin('nx'), arguments: ['sync'] },
    format,
  ];
}

/** @throws GenerateError with the command that failed and what it said */
export function runSteps(root: string, steps: readonly Step[], report: (line: string) => void): void {
  for (const [index, { what, command, arguments: args }] of steps.entries()) {
    report(`${index + 1} of ${steps.length}: ${what}`);
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    if (status === 0) continue;
    const said = [error?.message, stdout, stderr]
      .filter((text) => text !== undefined && text.trim() !== '')
      .join('\n');
    throw new GenerateError(
      `${what} failed (${command} ${args.join(' ')}):\n${said}\nThe files are written. Mend the cause and run this command, then the steps after it, or take everything back with git.`,
    );
  }
}
