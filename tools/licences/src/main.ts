import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findProblems } from './find-problems.ts';
import { npmPackages } from './npm-packages.ts';
import { listedComponents, parsePolicy } from './policy.ts';
import { componentTable, licenceTexts } from './report.ts';

const usage = `npm run licences [-- options]
Third-party software of docfleet with its licences: npm packages of every platform (package-lock.json), and Python
wheels, jars, models, images and system packages (tools/licences/components.yaml).

  (nothing)  print a Markdown table of everything
  --texts    print the licence and notice files of the npm packages that are installed
  --check    print nothing but problems: a licence that is not allowed, a package that names none
  --help

Example: npm run --silent licences -- --texts > THIRD_PARTY_LICENCES.txt
Exit codes: 0 done, or every licence is allowed; 1 a problem was found, or an option is wrong.
`;

try {
  process.exitCode = run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`licences: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

function run(args: string[]): number {
  const { values } = parseArgs({
    args,
    options: {
      texts: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
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
