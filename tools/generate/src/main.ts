import { join } from 'node:path';
import { commands, runCommand, usageError } from '@docfleet/command-line';
import { planClass } from './class-plan.ts';
import { runSteps, stepsAfter } from './finish.ts';
import { writePlan, type Plan } from './plan.ts';
import { planStage } from './stage-plan.ts';

const root = join(import.meta.dirname, '../../..');
/** What the steps after the plan change. */
const derived =
  'package-lock.json, tsconfig.json, generated sources and pages, and schemas/released for a stage';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

process.exitCode = await runCommand(commands.new, process.argv.slice(2), ({ values, operands }) => {
  const [kind, name, ...rest] = operands;
  if (kind !== 'stage' && kind !== 'class')
    throw usageError(commands.new, `what is new: a stage or a class, not ${kind ?? 'nothing'}`);
  if (name === undefined) throw usageError(commands.new, `the new ${kind} needs a name`);
  if (rest.length > 0) throw usageError(commands.new, `one name at a time, not also ${rest.join(' ')}`);
  if (kind === 'class' && values.after !== undefined)
    throw usageError(commands.new, '--after is for stages; a class has no place in the pipeline');
  const plan =
    kind === 'stage' ? planStage(root, { name, after: afterOf(values.after) }) : planClass(root, name);
  if (values['dry-run']) {
    print(
      `Would create\n${listed(plan.created)}\nand change\n${listed(plan.changed)}\nand what follows from them: ${derived}`,
    );
    return 0;
  }
  writePlan(root, plan);
  runSteps(root, stepsAfter(kind, plan), print);
  print(kind === 'stage' ? stageWritten(name, plan) : classWritten(name));
  return 0;
});

function afterOf(after: string | undefined): string {
  if (after === undefined)
    throw usageError(commands.new, 'a stage needs --after <stage>, its place in the pipeline');
  return after;
}

function listed(files: Plan['created']): string {
  return files.size === 0 ? '  nothing' : [...files.keys()].map((path) => `  ${path}`).join('\n');
}

function stageWritten(name: string, plan: Plan): string {
  return [
    `The stage ${name} was created, and documents pass through it.`,
    `Created\n${listed(plan.created)}`,
    `Changed\n${listed(plan.changed)}\nand what is generated from them.`,
    `Next: services/${name}/src/core (what it does), its README, and docs/add-a-stage.md for the rest. npm run check shows that all is well.`,
  ].join('\n');
}

function classWritten(name: string): string {
  return [
    `The class ${name} was created in schemas/classes/${name}/v1.yaml with two fields to start from.`,
    'Next: change the file, run npm run codegen, and go on with docs/add-a-class.md.',
  ].join('\n');
}
