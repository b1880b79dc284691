import { spawn, type ChildProcess } from 'node:child_process';

/**
 * Reads `+<pid>` and `-<pid>`, a line each, and at the end of its input kills the groups that were named and not taken back.
 * A shell, because it takes a megabyte where Node takes forty.
 */
const script = `
alive=
while read -r line; do
  pid=\${line#?}
  case $line in
    +*) alive="$alive $pid" ;;
    -*) rest=; for each in $alive; do [ "$each" = "$pid" ] || rest="$rest $each"; done; alive=$rest ;;
  esac
done
for each in $alive; do kill -KILL "-$each" 2>/dev/null; done
`;

let guardian: ChildProcess | undefined;

/**
 * Has the process's group killed when this process ends, however that happens: also when it is killed, as the workers of an
 * interrupted test run are.
 */
export function endWithOwner(pid: number): void {
  guardian ??= startGuardian();
  guardian.stdin?.write(`+${pid}\n`);
}

/** For a process that has ended: its number may become another one's. */
export function hasEnded(pid: number): void {
  guardian?.stdin?.write(`-${pid}\n`);
}

function startGuardian(): ChildProcess {
  const child = spawn('/bin/sh', ['-c', script], {
    // Its own group and no variables: what ends the owner's group, or looks for a mark, does not meet it.
    detached: true,
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Somebody has killed it, or there is no shell: then processes end as their owner ends them.
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  // A pipe of a child is a socket, whose type does not say so.
  (child.stdin as unknown as { unref(): void }).unref();
  return child;
}
