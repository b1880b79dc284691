/**
 * The way in. Runs on any Node from 18, installs the workspace when node_modules is missing or is not what
 * package-lock.json says, and goes on with the pinned Node 24, where everything else is typed TypeScript.
 *
 *   node tools/stack/launch.mjs install | start | stop | test | unit | chaos   [arguments]
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const pinnedNode = join(root, 'node_modules/.bin/node');
const neededMajor = 24;

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** npm writes node_modules/.package-lock.json last: when it agrees with package-lock.json, all is in place. */
function isInstalled() {
  const wanted = readPackages('package-lock.json');
  const present = readPackages('node_modules/.package-lock.json');
  if (wanted === undefined) fail(`package-lock.json is missing in ${root}`);
  if (present === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const installed = present[path];
    // Optional packages are there only for this platform.
    if (installed === undefined) return entry.optional === true;
    return installed.version === entry.version && installed.integrity === entry.integrity;
  });
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
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const holder = Number(existsSync(path) ? readFileSync(path, 'utf8') : 0);
      if (holder > 0 && !isAlive(holder)) rmSync(path, { force: true });
      await delay(500);
    }
  }
  try {
    await action();
  } finally {
    rmSync(path, { force: true });
  }
}

/** PATH without node_modules/.bin: npm must not run on the Node that it is about to replace. */
function outsidePath() {
  const bin = join(root, 'node_modules/.bin');
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== bin)
    .join(delimiter);
}

async function install() {
  process.stdout.write('Installing packages (npm ci), about a minute ...\n');
  const startedAt = Date.now();
  const child = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PATH: outsidePath() },
  });
  const code = await new Promise((done) => {
    child.on('error', (error) => fail(`npm could not be run: ${error.message}`));
    child.on('exit', (exitCode) => done(exitCode ?? 1));
  });
  if (code !== 0) fail(`npm ci failed with code ${code}`);
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  process.stdout.write(`Installed packages in ${seconds} s.\n`);
}

function nodeToUse() {
  if (existsSync(pinnedNode)) return pinnedNode;
  // Platforms without a pinned package bring their own.
  if (Number(process.versions.node.split('.')[0]) === neededMajor) return process.execPath;
  return fail(
    `docfleet needs Node ${neededMajor}; none is packaged for ${process.platform} ${process.arch}, so install it.`,
  );
}

/** The fault test is a program of its own; every other command is the stack's. */
function entryOf([command, ...rest]) {
  return command === 'chaos'
    ? { main: 'tools/chaos/src/main.ts', argv: rest }
    : { main: 'tools/stack/src/main.ts', argv: [command, ...rest].filter((each) => each !== undefined) };
}

/** Runs the TypeScript entry; it ends when this process ends, because it notices the closed channel. */
function handOver(given) {
  const { main, argv } = entryOf(given);
  const child = spawn(nodeToUse(), ['--conditions=docfleet-source', join(root, main), ...argv], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: {
      ...process.env,
      PATH: [join(root, 'node_modules/.bin'), process.env.PATH ?? ''].join(delimiter),
      DOCFLEET_ROOT: root,
      DOCFLEET_CALLED_FROM: process.env.INIT_CWD ?? process.cwd(),
    },
  });
  // A terminal sends Ctrl-C to both and npm sends it again; the child counts what comes together as one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`${pinnedNode} could not be run: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGKILL' ? 137 : 1)));
}

if (Number(process.versions.node.split('.')[0]) < 18) fail('docfleet needs Node 18 or newer to start.');
if (!isInstalled()) {
  await holdingInstallLock(async () => {
    if (!isInstalled()) await install();
  });
}
if (process.argv[2] !== 'install') handOver(process.argv.slice(2));
