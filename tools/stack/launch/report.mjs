import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { isInstalled } from './install.mjs';
import { majorOf, neededMajor, nodeToUse, readJson } from './paths.mjs';
import { LaunchProblem } from './problem.mjs';

/** `npm run versions`: what runs the scripts, and what they find. */
export function printVersions() {
  const packages = isInstalled()
    ? 'installed as package-lock.json says'
    : 'missing or out of date; the next command that needs them installs them';
  const lines = [
    `docfleet  ${readJson('package.json')?.version ?? 'unknown'}`,
    `Node      ${process.version} (the project needs ${neededMajor})`,
    `packages  ${packages}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** `npm run preflight`, with packages installed. @throws LaunchProblem when the scripts run on another Node. */
export function checkPreflight() {
  const version = execFileSync(nodeToUse() ?? process.execPath, ['--version'], { encoding: 'utf8' }).trim();
  if (majorOf(version) !== neededMajor)
    throw new LaunchProblem(
      `npm scripts run on Node ${version}, but the project needs ${neededMajor}. Install Node ${neededMajor}, then repeat the command.`,
    );
  process.stdout.write(`Node ${version}; packages are those of package-lock.json.\n`);
}
