import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface LaunchOptions {
  readonly module: URL;
  readonly maxOldSpaceMb: number;
  readonly maxDataMb?: number;
  readonly permission?: { readonly readRoots: readonly string[] };
}

/** Arguments of `fork`: the executable, arguments before the module, and the module. */
export interface LaunchCommand {
  readonly execPath: string;
  readonly execArgv: readonly string[];
  readonly file: string;
}

const prlimit = '/usr/bin/prlimit';
const setpriv = '/usr/bin/setpriv';

/**
 * The command line of a child. Where util-linux is installed, `setpriv` lets the kernel kill the child with its
 * parent (a child in an endless loop never handles the disconnect) and `prlimit` limits its writable memory including
 * WASM and native code, which the limit of V8 does not. Both exec node: one process, one pid.
 */
export function launchCommand(
  options: LaunchOptions,
  exists: (path: string) => boolean = existsSync,
): LaunchCommand {
  const file = sourceOrBuilt(fileURLToPath(options.module), exists);
  const [execPath = process.execPath, ...execArgv] = [
    ...(exists(setpriv) ? [setpriv, '--pdeathsig', 'KILL'] : []),
    ...(options.maxDataMb !== undefined && exists(prlimit)
      ? [prlimit, `--data=${String(options.maxDataMb * 1024 * 1024)}`]
      : []),
    process.execPath,
    `--max-old-space-size=${String(options.maxOldSpaceMb)}`,
    ...(file.endsWith('.ts') ? ['--conditions=docfleet-source'] : []),
    ...permissionFlags(options.permission),
  ];
  return { execPath, execArgv, file };
}

/** Callers pass the source, `child.ts`; a built tree has only `child.js`. */
function sourceOrBuilt(file: string, exists: (path: string) => boolean): string {
  const built = file.replace(/\.ts$/, '.js');
  return exists(file) || !exists(built) ? file : built;
}

function permissionFlags(permission: LaunchOptions['permission']): readonly string[] {
  if (permission === undefined) return [];
  return ['--permission', ...permission.readRoots.map((root) => `--allow-fs-read=${root}`)];
}
