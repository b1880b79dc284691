import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A run that is too long for `npm test`. */
export interface LongRun {
  /** What a person names it by: `npm run test:long -- <name>`. */
  readonly name: string;
  /** How long it takes on two cores, with its unit: `9 min`. */
  readonly takes: string;
  readonly checks: string;
  /** Programs with their arguments, one after another; the run fails when one ends with another code than 0. */
  readonly commands: readonly (readonly string[])[];
  /** Whether the servers of `npm start -- --servers-only` must run; they are started and stopped around it. */
  readonly needsServers: boolean;
}

function script(name: string, ...argv: readonly string[]): readonly string[] {
  return ['npm', 'run', '--silent', name, ...(argv.length === 0 ? [] : ['--', ...argv])];
}

/** The long runs that are commands of their own. */
const commandRuns: readonly LongRun[] = [
  {
    name: 'schedules',
    takes: '4 min',
    checks: '20,000 schedules of the whole fleet under faults, on a virtual clock',
    commands: [script('simulate', '--seeds', '20000')],
    needsServers: false,
  },
  {
    name: 'sabotage',
    takes: '10 min',
    checks: 'for each guard of the runtime that is taken away, a schedule or a test fails',
    commands: [script('simulate:sabotage')],
    needsServers: false,
  },
  {
    name: 'sabotage-live',
    takes: '10 min',
    checks: 'for each guard of the Kafka adapter that is taken away, a test against a real broker fails',
    commands: [script('simulate:sabotage', '--live')],
    needsServers: true,
  },
  {
    name: 'mutation',
    takes: '15 min',
    checks: 'mutation score of the pure parts, at least 90 % for each project',
    commands: [script('mutation')],
    needsServers: false,
  },
];

const testFiles = '{libs,services,tools}/*/test/long/**/*.test.ts';

/**
 * First comment of a long test: `/** About 9 minutes: what it checks. *` + `/`, or `/** About 9 minutes, with servers: ...`
 * for one that asks for the addresses of running servers; the others start what they need.
 */
const headline = /^\/\*\* About (?<takes>[^:,]+)(?<servers>, with servers)?: (?<checks>.+?)\.? \*\/$/m;

/**
 * Every long run: the commands, and each test file below a folder `test/long`, named by its file.
 *
 * @throws Error for a long test that has no headline.
 */
export function longRuns(root: string): readonly LongRun[] {
  const tests = globSync(testFiles, { cwd: root, exclude: ['**/node_modules/**'] }).sort();
  return [...tests.map((file) => testRun(root, file)), ...commandRuns];
}

function testRun(root: string, file: string): LongRun {
  const found = headline.exec(readFileSync(join(root, file), 'utf8'))?.groups;
  const { takes, checks, servers } = found ?? {};
  if (takes === undefined || checks === undefined) {
    throw new Error(`${file} needs a comment of one line: /** About <n> min: <what it checks>. */`);
  }
  return {
    name: basename(file, '.test.ts'),
    takes,
    checks,
    commands: [[process.execPath, 'node_modules/vitest/vitest.mjs', 'run', '--project', 'long', file]],
    needsServers: servers !== undefined,
  };
}

/**
 * The runs with these names, in the order given; all of them for no name.
 *
 * @throws Error that names what there is, for a name that is none.
 */
export function runsNamed(runs: readonly LongRun[], names: readonly string[]): readonly LongRun[] {
  if (names.length === 0) return runs;
  return names.map((name) => {
    const found = runs.find((run) => run.name === name);
    if (found === undefined) {
      throw new Error(
        `There is no long run '${name}'. There are: ${runs.map((run) => run.name).join(', ')}.`,
      );
    }
    return found;
  });
}
