import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ClassFileError, TopicsFileError } from '@docfleet/codegen';
import { planClass } from './class-plan.ts';
import { runSteps, stepsAfter } from './finish.ts';
import { GenerateError } from './generate-error.ts';
import { writePlan, type Plan } from './plan.ts';
import { planStage } from './stage-plan.ts';

const usage = `npm run new -- stage NAME --after STAGE [--dry-run]
npm run new -- class NAME [--dry-run]
  stage      a new stage after STAGE: its service, record, topics, failure code, scaling, and STAGE writing to it
  class      a new document class with two fields to start from
  NAME       lower-case words joined by -, such as page-check
  --dry-run  write nothing; list the files that would be created and changed
Guides: docs/add-a-stage.md, docs/add-a-class.md`;

const root = join(import.meta.dirname, '../../..');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Wrong words on the command line: said with the usage. */
class UsageError extends Error {}

try {
  main(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof UsageError || (error instanceof TypeError && 'code' in error);
  const isKnown = [GenerateError, TopicsFileError, ClassFileError].some((known) => error instanceof known);
  if (!(error instanceof Error) || !(isUsage || isKnown)) throw error;
  process.stderr.write(`${error.message}\n${isUsage ? `\n${usage}\n` : ''}`);
  process.exitCode = isUsage ? 2 : 1;
}

function main(argv: string[]): void {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      after: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    say(usage);
    return;
  }
  const [kind, name, ...rest] = positionals;
  if (kind !== 'stage' && kind !== 'class')
    throw new UsageError(`what is new: a stage or a class, not ${kind ?? 'nothing'}`);
  if (name === undefined) throw new UsageError(`the new ${kind} needs a name`);
  if (rest.length > 0) throw new UsageError(`one name at a time, not also ${rest.join(' ')}`);
  const plan =
    kind === 'stage' ? planStage(root, { name, after: afterOf(values.after) }) : planClass(root, name);
  if (values['dry-run']) {
    say(`Would create\n${listed(plan.created)}\nand change\n${listed(plan.changed)}`);
    return;
  }
  writePlan(root, plan);
  runSteps(root, stepsAfter(kind, plan), say);
  say(kind === 'stage' ? stageWritten(name, plan) : classWritten(name));
}

function afterOf(after: string | undefined): string {
  if (after === undefined)
    throw new UsageError('a stage needs --after STAGE, its place on the way of a document');
  return after;
}

function listed(files: Plan['created']): string {
  return files.size === 0 ? '  nothing' : [...files.keys()].map((path) => `  ${path}`).join('\n');
}

function stageWritten(name: string, plan: Plan): string {
  return [
    `The stage ${name} stands, and documents pass it.`,
    `Created\n${listed(plan.created)}`,
    `Changed\n${listed(plan.changed)}\nand what is generated from them.`,
    `Next: services/${name}/src/core (what it does), its README, and docs/add-a-stage.md for the rest. npm run check shows that all is well.`,
  ].join('\n');
}

function classWritten(name: string): string {
  return [
    `The class ${name} stands in schemas/classes/${name}/v1.yaml with two fields to start from.`,
    'Next: change the file, run npm run codegen, and go on with docs/add-a-class.md.',
  ].join('\n');
}
