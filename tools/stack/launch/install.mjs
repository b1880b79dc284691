import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { clearInterval, setInterval } from 'node:timers';
import { setTimeout as delay } from 'node:timers/promises';
import { interruptedCode } from '../../command-line/src/index.mjs';
import { outsidePath, readJson, root } from './paths.mjs';
import { LaunchProblem } from './problem.mjs';

/** Time between two lines about an installation that goes on, in milliseconds. */
const progressEveryMs = 10_000;

/**
 * npm writes node_modules/.package-lock.json last: when it agrees with package-lock.json, all packages are there. Links to
 * packages of this repository are looked for as well.
 */
export function isInstalled() {
  const wanted = readJson('package-lock.json')?.packages;
  const present = readJson('node_modules/.package-lock.json')?.packages;
  if (wanted === undefined)
    throw new LaunchProblem(
      `${join(root, 'package-lock.json')} is missing or damaged; restore it (git checkout package-lock.json).`,
    );
  if (present === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const installed = present[path];
    // Optional packages are there only for this platform.
    if (installed === undefined) return entry.optional === true;
    if (entry.link === true) return existsSync(join(root, path));
    return installed.version === entry.version && installed.integrity === entry.integrity;
  });
}

/** Installs the packages of package-lock.json where they are missing or others; says so. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  await holdingInstallLock(async () => {
    if (!isInstalled()) await install();
  });
}

/** Progress goes to stderr: stdout belongs to the result of the command. */
function report(line) {
  process.stderr.write(`${line}\n`);
}

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** One installation at a time: `npm start` and `npm test` may both find node_modules missing. */
async function holdingInstallLock(action) {
  const path = join(root, '.docfleet/install.lock');
  mkdirSync(dirname(path), { recursive: true });
  let isReported = false;
  while (!tryLock(path)) {
    const holder = holderOf(path);
    if (holder > 0 && !isAlive(holder)) rmSync(path, { force: true });
    else if (!isReported) {
      report(`Waiting until process ${holder} has installed the packages ...`);
      isReported = true;
    }
    await delay(500);
  }
  try {
    await action();
  } finally {
    rmSync(path, { force: true });
  }
}

function tryLock(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function holderOf(path) {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return 0;
  }
}

async function install() {
  report(
    'Packages are missing or out of date: installing those of package-lock.json (npm ci), 1 to 2 minutes ...',
  );
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  const timer = setInterval(() => report(`  still installing packages (${seconds()} s)`), progressEveryMs);
  try {
    await runNpm();
  } finally {
    clearInterval(timer);
  }
  report(`Installed the packages in ${seconds()} s.`);
}

async function runNpm() {
  const child = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
    env: { ...process.env, PATH: outsidePath() },
  });
  const pass = (signal) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  let isInterrupted = false;
  const onSignal = (signal) => {
    isInterrupted = true;
    pass(signal);
  };
  for (const signal of signals) process.on(signal, onSignal);
  try {
    const code = await new Promise((done, reject) => {
      child.on('error', reject);
      child.on('exit', done);
    });
    if (isInterrupted)
      throw new LaunchProblem(
        'Interrupted while packages were installed. The next command installs them from the start.',
        interruptedCode,
      );
    if (code !== 0)
      throw new LaunchProblem(
        `npm ci failed (code ${code}); its messages are above. Correct the cause, then repeat the command.`,
      );
  } catch (error) {
    if (error instanceof LaunchProblem) throw error;
    throw new LaunchProblem(`npm could not be run (${error.message}). Install npm, which comes with Node.`);
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}
