import { findProgram, run } from '../command.ts';
import { Problem } from '../problem.ts';
import { searchPathOf, type Machine } from './machine.ts';
import { postgresPrograms } from './postgres-programs.ts';

/** What must come from the system. */
export interface Prerequisite {
  /** For a person: `Maven (mvn)`. */
  readonly title: string;
  readonly debianPackages: readonly string[];
  /** Variables of servers that would make it unnecessary. */
  readonly insteadOf: readonly string[];
  isPresent(machine: Machine): Promise<boolean>;
}

const has = (program: string) => (machine: Machine) =>
  Promise.resolve(findProgram(program, searchPathOf(machine)) !== undefined);

export const prerequisites = {
  python: {
    title: 'Python 3 with pip (python3 -m pip)',
    debianPackages: ['python3', 'python3-pip'],
    insteadOf: ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'REDIS_URL', 'S3_ENDPOINT'],
    isPresent: async (machine) => {
      const pip = {
        file: 'python3',
        arguments: ['-m', 'pip', '--version'],
        environment: machine.environment,
      };
      return run(pip).then(
        () => true,
        () => false,
      );
    },
  },
  maven: {
    title: 'Maven (mvn)',
    debianPackages: ['maven'],
    insteadOf: ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL'],
    isPresent: has('mvn'),
  },
  postgresql: {
    title: 'PostgreSQL 13 or newer (initdb, postgres)',
    debianPackages: ['postgresql'],
    insteadOf: ['DATABASE_URL'],
    isPresent: (machine) => Promise.resolve(postgresPrograms(machine) !== undefined),
  },
  redis: {
    title: 'Redis or Valkey (redis-server, valkey-server)',
    debianPackages: ['redis-server'],
    insteadOf: ['REDIS_URL'],
    isPresent: async (machine) => (await has('redis-server')(machine)) || has('valkey-server')(machine),
  },
} as const satisfies Record<string, Prerequisite>;

export type PrerequisiteName = keyof typeof prerequisites;

/**
 * Makes sure that the system has what is needed: as root on Debian it is installed, elsewhere one error names all
 * that is missing and the commands that bring it.
 */
export async function meetPrerequisites(machine: Machine, names: readonly PrerequisiteName[]): Promise<void> {
  const missing = await findMissing(machine, names);
  if (missing.length === 0) return;
  if (!canInstall(machine)) throw new Problem(explainMissing(missing));
  const packages = missing.flatMap((each) => each.debianPackages);
  await machine.progress.step(`installing ${packages.join(', ')} (apt-get)`, () =>
    install(machine, packages),
  );
  const still = await findMissing(machine, names);
  if (still.length > 0) throw new Problem(explainMissing(still));
}

const sandboxPackage = 'bubblewrap';

/** What a person without it reads. */
export const bubblewrapHint = `On Debian or Ubuntu: sudo apt-get install ${sandboxPackage}`;

/**
 * Brings the program that keeps children with documents of strangers off the machine: as root on Debian it is
 * installed. Without it everything works, in a weaker sandbox (docs/sandbox.md), which is said.
 */
export async function bringSandbox(machine: Machine, report: (line: string) => void): Promise<void> {
  if (process.platform !== 'linux' || (await has('bwrap')(machine))) return;
  const weaker = 'parser children run in a weaker sandbox (docs/sandbox.md)';
  if (!canInstall(machine)) {
    report(`bubblewrap is missing: ${weaker}. ${bubblewrapHint}`);
    return;
  }
  try {
    await machine.progress.step(`installing ${sandboxPackage} (apt-get)`, () =>
      install(machine, [sandboxPackage]),
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    report(`bubblewrap could not be installed: ${weaker}. ${reason}`);
  }
}

const browserPackage = 'chromium';

/** The browser that the console is tested in; undefined where there is none. */
export function browserOf(machine: Pick<Machine, 'environment'>): string | undefined {
  return findProgram(browserPackage, searchPathOf(machine));
}

/** Brings the browser that the console is tested in: as root on Debian it is installed. Without it those tests are skipped, which is said. */
export async function bringBrowser(
  machine: Pick<Machine, 'environment' | 'isRoot' | 'progress'>,
  report: (line: string) => void,
): Promise<void> {
  if (browserOf(machine) !== undefined) return;
  const skipped = 'the tests of the console in a browser are skipped';
  if (!canInstall(machine)) {
    report(`${browserPackage} is missing: ${skipped}. On Debian: sudo apt-get install ${browserPackage}`);
    return;
  }
  try {
    await machine.progress.step(`installing ${browserPackage} (apt-get)`, () =>
      install(machine, [browserPackage]),
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    report(`${browserPackage} could not be installed: ${skipped}. ${reason}`);
  }
}

async function findMissing(machine: Machine, names: readonly PrerequisiteName[]): Promise<Prerequisite[]> {
  const needed = [...new Set(names)].map((name): Prerequisite => prerequisites[name]);
  const present = await Promise.all(needed.map((each) => each.isPresent(machine)));
  return needed.filter((_, index) => present[index] !== true);
}

function canInstall(machine: Pick<Machine, 'environment' | 'isRoot'>): boolean {
  return machine.isRoot && findProgram('apt-get', searchPathOf(machine)) !== undefined;
}

async function install(machine: Pick<Machine, 'environment'>, packages: readonly string[]): Promise<void> {
  const environment = { ...machine.environment, DEBIAN_FRONTEND: 'noninteractive' };
  // Packages belong to all users of the machine, other than what the stack writes (see protect-files.ts).
  const script = 'umask 022; exec apt-get --quiet --yes "$@"';
  const aptGet = (...options: readonly string[]): Promise<string> =>
    // Never broken off by us: half an installation would be left to the system.
    run({ file: 'sh', arguments: ['-c', script, 'apt-get', ...options], environment });
  await aptGet('update');
  await aptGet('install', '--no-install-recommends', ...packages);
}

/** One message about everything that is missing. */
export function explainMissing(missing: readonly Prerequisite[]): string {
  const packages = missing.flatMap((each) => each.debianPackages).join(' ');
  return [
    'This machine lacks what the local servers need:',
    ...missing.map((each) => `  - ${each.title}; or give ${each.insteadOf.join(', ')}`),
    'On Debian or Ubuntu these commands bring it (or run this command as root once):',
    '  sudo apt-get update',
    `  sudo apt-get install --no-install-recommends ${packages}`,
  ].join('\n');
}
