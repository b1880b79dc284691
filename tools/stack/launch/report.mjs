import process from 'node:process';
import { isInstalled } from './install.mjs';
import { majorOf, neededMajor, readJson } from './paths.mjs';
import { LaunchProblem } from './problem.mjs';

/** `npm run versions`: what runs the scripts, and what they find. */
export function printVersions() {
  const lines = [
    `docfleet  ${readJson('package.json')?.version ?? 'unknown'}`,
    `Node      ${process.version}, runs the npm scripts (the project needs ${neededMajor})`,
    `packages  ${isInstalled() ? 'installed as package-lock.json says' : 'missing or out of date; the next command that needs them installs them'}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** `npm run preflight`. @throws LaunchProblem when the scripts would run on another Node or with other packages. */
export function checkPreflight() {
  if (!isInstalled())
    throw new LaunchProblem(
      'The packages are not those of package-lock.json. Run npm ci, then repeat the command.',
    );
  if (majorOf(process.version) !== neededMajor)
    throw new LaunchProblem(
      `npm scripts run on Node ${process.version}, but the project needs ${neededMajor}. Run them through npm, which finds the Node in node_modules/.bin, or install Node ${neededMajor}.`,
    );
  process.stdout.write(`Node ${process.version}; packages are those of package-lock.json.\n`);
}
