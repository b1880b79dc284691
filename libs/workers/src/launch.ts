import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mayDropCapabilities } from './sandbox/capabilities.ts';
import { filtersCalls, type SandboxLevel } from './sandbox/levels.ts';
import { bubblewrap, namespaceArguments } from './sandbox/namespaces.ts';

export interface LaunchOptions {
  readonly module: URL;
  readonly maxOldSpaceMb: number;
  readonly maxDataMb?: number;
  /** Processor time of a child's life; then the kernel ends it. */
  readonly maxCpuSeconds?: number;
  /** Files and folders that a child may read in its set-up; the module and its packages are among them. */
  readonly readRoots: readonly string[];
  /** Whether the child starts threads of JavaScript. */
  readonly startsThreads?: boolean;
  /** Default: `limits-open-network`. */
  readonly sandbox?: SandboxLevel;
}

/** Arguments of `fork`: the executable, arguments before the module, and the module. */
export interface LaunchCommand {
  readonly execPath: string;
  readonly execArgv: readonly string[];
  readonly file: string;
}

/** What the command depends on. */
export interface LaunchMachine {
  readonly exists: (path: string) => boolean;
  /** Whether the process may take capabilities from its children: a privilege of root. */
  readonly mayDropCapabilities: boolean;
}

const prlimit = '/usr/bin/prlimit';
const setpriv = '/usr/bin/setpriv';

/** Files and sockets that a child may have open; Node and the engines need about 40. */
const maxOpenFiles = 256;
/** Processes and threads in the child's user namespace; Node and the engines need about 30. */
const maxThreads = 256;

/**
 * The command line of a child. `prlimit` limits its writable memory including WASM and native code, which the limit of
 * V8 does not, and files, which it may not write. Outside of namespaces `setpriv` lets the kernel kill the child with its
 * parent (a child in an endless loop never handles the disconnect); both exec node: one process, one pid.
 */
export function launchCommand(options: LaunchOptions, machine: LaunchMachine = thisMachine()): LaunchCommand {
  const file = sourceOrBuilt(fileURLToPath(options.module), machine);
  const { sandbox = 'limits-open-network' } = options;
  const inNamespaces = sandbox === 'namespaces';
  const has = (program: string): boolean => inNamespaces || machine.exists(program);
  const [execPath = process.execPath, ...execArgv] = [
    ...(filtersCalls(sandbox) ? hideChannel : []),
    ...(inNamespaces
      ? [bubblewrap, ...namespaceArguments([process.execPath, prlimit, ...options.readRoots])]
      : []),
    ...(!inNamespaces && has(setpriv) ? setprivCommand(machine) : []),
    ...(has(prlimit) ? prlimitCommand(options, inNamespaces) : []),
    ...(filtersCalls(sandbox) ? startConfined(machine) : []),
    process.execPath,
    `--max-old-space-size=${String(options.maxOldSpaceMb)}`,
    ...(file.endsWith('.ts') ? ['--conditions=docfleet-source'] : []),
    ...permissionFlags(options),
  ];
  return { execPath, execArgv, file };
}

/** The process that installs the filter is a Node too, and would read the messages of the child from its channel. */
const hideChannel = ['/usr/bin/env', '-u', 'NODE_CHANNEL_FD', '-u', 'NODE_CHANNEL_SERIALIZATION_MODE'];

function startConfined(machine: LaunchMachine): readonly string[] {
  const file = fileURLToPath(new URL('./sandbox/start-confined.ts', import.meta.url));
  return [process.execPath, '--disable-warning=ExperimentalWarning', sourceOrBuilt(file, machine)];
}

function setprivCommand({ mayDropCapabilities }: LaunchMachine): readonly string[] {
  const drop = mayDropCapabilities ? ['--inh-caps=-all', '--bounding-set=-all'] : [];
  return [setpriv, '--pdeathsig', 'KILL', '--no-new-privs', ...drop];
}

function prlimitCommand(options: LaunchOptions, inNamespaces: boolean): readonly string[] {
  const { maxDataMb, maxCpuSeconds } = options;
  return [
    prlimit,
    ...(maxDataMb === undefined ? [] : [`--data=${String(maxDataMb * 1024 * 1024)}`]),
    ...(maxCpuSeconds === undefined ? [] : [`--cpu=${String(maxCpuSeconds)}`]),
    // Outside of a namespace the limit would count all processes of the user.
    ...(inNamespaces ? [`--nproc=${String(maxThreads)}`] : []),
    ...[`--nofile=${String(maxOpenFiles)}`, '--fsize=0', '--core=0'],
  ];
}

/** Native addons are the image library, the networks' runtime and what installs the filter. */
function permissionFlags({ readRoots, startsThreads }: LaunchOptions): readonly string[] {
  return [
    '--permission',
    '--allow-addons',
    ...(startsThreads === true ? ['--allow-worker'] : []),
    ...readRoots.map((root) => `--allow-fs-read=${root}`),
  ];
}

/** Callers pass the source, `child.ts`; a built tree has only `child.js`. */
function sourceOrBuilt(file: string, { exists }: LaunchMachine): string {
  const built = file.replace(/\.ts$/, '.js');
  return exists(file) || !exists(built) ? file : built;
}

function thisMachine(): LaunchMachine {
  return { exists: existsSync, mayDropCapabilities: mayDropCapabilities() };
}
