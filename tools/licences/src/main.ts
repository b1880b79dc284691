import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands, runCommand } from '@docfleet/command-line';
import { findProblems } from './find-problems.ts';
import { npmPackages } from './npm-packages.ts';
import { listedComponents, parsePolicy } from './policy.ts';
import { componentTable, licenceTexts } from './report.ts';

process.exitCode = await runCommand(commands.licences, process.argv.slice(2), ({ values }) => run(values));

function run(values: { readonly texts: boolean; readonly check: boolean }): number {
  const root = join(import.meta.dirname, '../../..');
  const policy = parsePolicy(readFileSync(join(import.meta.dirname, '../components.yaml'), 'utf8'));
  const packages = npmPackages(readFileSync(join(root, 'package-lock.json'), 'utf8'), policy.unstated);
  const components = [...packages, ...listedComponents(policy)];
  if (values.texts) process.stdout.write(licenceTexts(root, packages));
  if (!values.texts && !values.check) process.stdout.write(`${componentTable(components)}\n`);
  if (!values.check) return 0;
  const problems = findProblems(components, policy);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length === 0) {
    process.stdout.write(`${components.length} components, every licence is allowed.\n`);
  }
  return problems.length === 0 ? 0 : 1;
}
