import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { mutationProjects, projectsNamed, type MutationProject } from './projects.ts';
import { runMutation } from './run-mutation.ts';
import { parseExplanations, scoreOf, type Mutant, type Score } from './score.ts';

const root = resolve(import.meta.dirname, '../../../..');
const explanationsFile = 'tools/long-tests/resources/surviving-mutants.json';

const usage = `npm run mutation [-- <project> ...]
Changes the pure code of a project, one small change at a time, and runs its unit tests for each: a change that no test
notices shows what is not tested. Prints the score of each project. Ends non-zero when a score is below its least, or
when a surviving change is not explained in ${explanationsFile}.
  --concurrency N  test processes beside each other (2)

Projects: ${mutationProjects.map(({ name }) => name).join(', ')}; without a name all of them.
`;

const write = (text: string): void => {
  process.stdout.write(text);
};

/** A survivor as an entry of the file of explanations, but for the reason. */
function describe({ file, lineNumber, line, original, replacement }: Mutant): string {
  return `${file}:${String(lineNumber)}\n  ${JSON.stringify({ file, line, original, replacement })}\n`;
}

function tell(project: MutationProject, score: Score): boolean {
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

async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      concurrency: { type: 'string', default: '2' },
    },
    allowPositionals: true,
  });
  if (values.help) {
    write(usage);
    return true;
  }
  const concurrency = Number(values.concurrency);
  if (!/^[1-9]\d?$/.test(values.concurrency)) {
    throw new Error(`--concurrency ${values.concurrency}: expected a whole number from 1 to 99.`);
  }
  const explanations = parseExplanations(readFileSync(join(root, explanationsFile), 'utf8'));
  const rows: string[] = [];
  let passed = true;
  for (const project of projectsNamed(positionals)) {
    const mutants = await runMutation(root, project, concurrency);
    const own = explanations.filter(({ file }) => file.startsWith(`${project.name}/`));
    const score = scoreOf(mutants, own);
    passed = tell(project, score) && passed;
    rows.push(rowOf(project, score));
  }
  write(`\nMutation scores\n${rows.join('')}`);
  return passed;
}

// The tool looks for the sources below the current folder.
process.chdir(root);
try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
