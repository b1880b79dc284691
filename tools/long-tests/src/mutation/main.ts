import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { commands, runCommand } from '@docfleet/command-line';
import { explanationsFile, projectsNamed, type MutationProject } from './projects.ts';
import { runMutation } from './run-mutation.ts';
import { parseExplanations, scoreOf, type Mutant, type Score } from './score.ts';

const root = resolve(import.meta.dirname, '../../../..');

const write = (text: string): void => {
  process.stdout.write(text);
};

/** A survivor as an entry of the file of explanations, but for the reason. */
function describe({ file, lineNumber, line, original, replacement }: Mutant): string {
  return `${file}:${String(lineNumber)}\n  ${JSON.stringify({ file, line, original, replacement })}\n`;
}

function report(project: MutationProject, score: Score): boolean {
  for (const mutant of score.unexplained) write(`not noticed: ${describe(mutant)}`);
  for (const { file, line, original, replacement } of score.outdated) {
    write(
      `explained in ${explanationsFile}, but noticed or gone: ${JSON.stringify({ file, line, original, replacement })}\n`,
    );
  }
  return score.percent >= project.leastScore && score.unexplained.length === 0 && score.outdated.length === 0;
}

function rowOf({ name, leastScore }: MutationProject, score: Score): string {
  const counts = `${String(score.noticed)} of ${String(score.all)}`;
  const survivors = score.all - score.noticed;
  const explained = `${String(survivors - score.unexplained.length)} of ${String(survivors)} survivors explained`;
  return `${name.padEnd(22)} ${score.percent.toFixed(1).padStart(5)} % (least ${String(leastScore)})  ${counts} noticed, ${explained}\n`;
}

async function mutate(names: readonly string[], concurrency: number): Promise<boolean> {
  const explanations = parseExplanations(readFileSync(join(root, explanationsFile), 'utf8'));
  const rows: string[] = [];
  let passed = true;
  for (const project of projectsNamed(names)) {
    const mutants = await runMutation(root, project, concurrency);
    const own = explanations.filter(({ file }) => file.startsWith(`${project.name}/`));
    const score = scoreOf(mutants, own);
    passed = report(project, score) && passed;
    rows.push(rowOf(project, score));
  }
  write(`\nMutation scores\n${rows.join('')}`);
  return passed;
}

// The tool looks for the sources below the current folder.
process.chdir(root);
process.exitCode = await runCommand(commands.mutation, process.argv.slice(2), async ({ values, operands }) =>
  (await mutate(operands, Number(values.concurrency))) ? 0 : 1,
);
