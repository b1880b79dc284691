import { execFileSync } from 'node:child_process';
import { commands, type Command } from '@docfleet/command-line';
import { expect, test } from 'vitest';
import { completionScript, shells } from './completion.ts';

const { subcommands } = commands.docfleet;

/** What bash offers for a line, of which the last word is being typed. */
function offered(line: string): string[] {
  const words = line.split(' ');
  const script = [
    completionScript('bash', subcommands),
    `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}`,
    '_docfleet; printf "%s\\n" "${COMPREPLY[@]}"',
  ].join('\n');
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split('\n');
}

test('bash completes commands, options, and values where these are known', () => {
  expect(offered('docfleet ')).toEqual([...Object.keys(subcommands), '--help']);
  expect(offered('docfleet sub')).toEqual(['submit']);
  expect(offered('docfleet submit --w')).toEqual(['--wait']);
  expect(offered('docfleet submit --lane ')).toEqual(['urgent', 'high', 'normal']);
  expect(offered('docfleet keys r')).toEqual(['rotate', 'revoke']);
});

test('bash completes the commands below a command, each with its own options', () => {
  expect(offered('docfleet batch ')).toEqual([...Object.keys(subcommands.batch.subcommands), '--help']);
  expect(offered('docfleet webhooks de')).toEqual(['delete', 'deliveries']);
  expect(offered('docfleet batch results --f')).toEqual(['--format']);
  expect(offered('docfleet batch results --format x')).toEqual(['xlsx']);
  expect(offered('docfleet results --format ')).toEqual(['table', 'json', 'csv']);
});

/** Every command without commands below it. */
function leavesOf(all: Readonly<Record<string, Command>>): readonly (readonly [string, Command])[] {
  return Object.entries(all).flatMap(([word, command]) =>
    command.subcommands === undefined ? [[word, command] as const] : leavesOf(command.subcommands),
  );
}

test.each(shells)('the script of %s names every command and every option', (shell) => {
  const script = completionScript(shell, subcommands);
  const leaves = leavesOf(subcommands);
  expect(leaves.length).toBeGreaterThan(20);
  for (const [word, { options }] of leaves) {
    expect(script).toContain(word);
    for (const name of Object.keys(options)) expect(script).toMatch(new RegExp(`(--|-l )${name}\\b`));
  }
});
