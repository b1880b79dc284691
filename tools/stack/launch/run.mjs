import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { insidePath, neededMajor, nodeToUse, root } from './paths.mjs';
import { LaunchProblem } from './problem.mjs';

/** The TypeScript program of a command and the arguments it gets before those of the call. */
const entries = {
  start: ['tools/stack/src/main.ts', 'start'],
  stop: ['tools/stack/src/main.ts', 'stop'],
  test: ['tools/stack/src/main.ts', 'test'],
  unit: ['tools/stack/src/main.ts', 'unit'],
  browser: ['tools/stack/src/main.ts', 'browser'],
  preflight: ['tools/stack/src/main.ts', 'preflight'],
  chaos: ['tools/chaos/src/main.ts'],
  codegen: ['tools/codegen/src/main.ts'],
  charts: ['tools/charts/src/main.ts'],
  simulate: ['tools/simulate/src/main.ts'],
  sabotage: ['tools/simulate/src/sabotage/main.ts'],
  docfleet: ['tools/docfleet/src/main.ts'],
  evaluate: ['tools/evaluate/src/main.ts'],
  measure: ['tools/measure/src/main.ts', 'measure'],
  bench: ['tools/measure/src/main.ts', 'bench'],
  operate: ['tools/operate/src/main.ts'],
  deploy: ['tools/deploy/src/main.ts'],
  models: ['tools/models/src/main.ts'],
  images: ['tools/images/src/main.ts'],
  new: ['tools/generate/src/main.ts'],
  documents: ['tools/train/src/main.ts', 'documents'],
  readings: ['tools/train/src/main.ts', 'readings'],
  train: ['tools/train/src/main.ts', 'weights'],
  long: ['tools/long-tests/src/main.ts'],
  k8s: ['tools/kubernetes/src/main.ts'],
  docs: ['tools/docs-check/src/main.ts'],
  mutation: ['tools/long-tests/src/mutation/main.ts'],
  licences: ['tools/licences/src/main.ts'],
};

/** Programs that end in order when the channel to the launcher closes, because the launcher has been killed. */
const endWithLauncher = ['start', 'stop', 'test', 'unit', 'browser', 'chaos', 'bench', 'k8s'];

/** Runs a command's TypeScript program on the project's Node; gives its exit code. */
export function runProgram(name, argv) {
  const node = nodeToUse();
  if (node === undefined)
    throw new LaunchProblem(
      `docfleet needs Node ${neededMajor}, which is not packaged for ${process.platform} ${process.arch}. Install it and repeat the command.`,
    );
  const [main, ...first] = entries[name];
  return runChild(node, ['--conditions=docfleet-source', join(root, main), ...first, ...argv], {
    hasChannel: endWithLauncher.includes(name),
  });
}

/** `npm run check` is a shell script, which installs what it needs itself. */
export function runCheck() {
  return runChild('bash', [join(root, '.ci/run')], { hasChannel: false });
}

function runChild(file, argv, { hasChannel }) {
  const child = spawn(file, argv, {
    stdio: ['inherit', 'inherit', 'inherit', ...(hasChannel ? ['ipc'] : [])],
    env: {
      ...process.env,
      PATH: insidePath(),
      DOCFLEET_ROOT: root,
      DOCFLEET_CALLED_FROM: calledFrom(),
    },
  });
  // A terminal sends Ctrl-C to both and npm sends it once more; the child counts what comes together as one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((done, reject) => {
    child.on('error', (error) => reject(new LaunchProblem(`${file} could not be run: ${error.message}`)));
    child.on('exit', (code, signal) => done(code ?? 128 + constants.signals[signal]));
  });
}

/** The folder in which the person typed the command: npm runs scripts in the repository's root. */
export function calledFrom() {
  return process.env.INIT_CWD ?? process.cwd();
}
