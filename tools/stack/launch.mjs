/**
 * Starts every command of the project. Runs on any Node from 18 and without installed packages: answers `--help` and
 * refuses wrong arguments at once, installs the packages when node_modules is missing or is not what
 * package-lock.json says, and then runs the command's TypeScript program on the pinned Node 24.
 *
 *   node tools/stack/launch.mjs install | <command> [arguments]
 */
import { resolve } from 'node:path';
import process from 'node:process';
import * as util from 'node:util';
import {
  asksForHelp,
  checkPaths,
  commandOf,
  commands,
  overviewOf,
  parseCall,
  UsageError,
  usageOf,
  wrongArgumentsCode,
} from '../command-line/src/index.mjs';
import { ensureInstalled } from './launch/install.mjs';
import { majorOf } from './launch/paths.mjs';
import { LaunchProblem } from './launch/problem.mjs';
import { checkPreflight, printVersions } from './launch/report.mjs';
import { calledFrom, runCheck, runProgram } from './launch/run.mjs';

/** Node 18.0 to 18.2 have no `parseArgs`: there the program itself refuses wrong options, after the installation. */
const canParse = typeof util.parseArgs === 'function';

/** Gives the exit code. */
async function launch(name, argv) {
  if (name === 'install') {
    await ensureInstalled();
    return 0;
  }
  const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined;
  if (command === undefined) {
    if (name === undefined || name === '--help' || name === '-h') {
      process.stdout.write(overviewOf(Object.values(commands)));
      return 0;
    }
    throw new UsageError(`Unknown command '${name}'. Nothing was done; --help lists the commands.`);
  }
  const { command: called, argv: given } = commandOf(command, argv);
  if (asksForHelp(given)) {
    process.stdout.write(usageOf(called));
    return 0;
  }
  if (canParse) {
    const call = parseCall(called, given);
    checkPaths(
      called,
      call.operands.map((path) => resolve(calledFrom(), path)),
    );
  }
  return run(name, argv);
}

async function run(name, argv) {
  switch (name) {
    case 'versions':
      printVersions();
      return 0;
    case 'preflight':
      await ensureInstalled();
      checkPreflight();
      return runProgram(name, argv);
    case 'check':
      return runCheck();
    default:
      await ensureInstalled();
      return runProgram(name, argv);
  }
}

if (majorOf(process.version) < 18) {
  process.stderr.write(
    `docfleet needs Node 18 or newer to start, and this is ${process.version}. Install a newer Node.\n`,
  );
  process.exit(1);
}
try {
  process.exitCode = await launch(process.argv[2], process.argv.slice(3));
} catch (error) {
  if (!(error instanceof UsageError || error instanceof LaunchProblem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof UsageError ? wrongArgumentsCode : error.code;
}
