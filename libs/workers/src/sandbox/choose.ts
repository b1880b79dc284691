import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startWorkerPool } from '../pool.ts';
import { sandboxLevels, type SandboxDemand, type SandboxLevel } from './levels.ts';
import { childHost } from './namespaces.ts';
import type { ProbeAnswer, ProbeSetup } from './probe-child.ts';

export interface ChosenSandbox {
  readonly level: SandboxLevel;
  /** Why each stronger level is not used. */
  readonly refused: readonly { readonly level: SandboxLevel; readonly reason: string }[];
}

/** Tries a level. @throws Error with the reason why the machine does not allow it. */
export type SandboxProbe = (level: SandboxLevel) => Promise<void>;

const probeTimeoutMs = 30_000;

/**
 * The strongest level that this machine allows, found by starting a child at each and trying what it must not do.
 *
 * @throws Error when the network stays open and `required` is demanded
 */
export async function chooseSandbox(
  demand: SandboxDemand,
  probe: SandboxProbe = probeLevel,
): Promise<ChosenSandbox> {
  const refused: { level: SandboxLevel; reason: string }[] = [];
  for (const level of sandboxLevels) {
    if (level === 'limits-open-network') break;
    try {
      await probe(level);
      return { level, refused };
    } catch (error) {
      refused.push({ level, reason: reasonOf(error) });
    }
  }
  if (demand === 'best') return { level: 'limits-open-network', refused };
  throw new Error(
    'PARSER_SANDBOX=required, but this machine closes neither network nor files to child processes: ' +
      `${refused.map(({ level, reason }) => `${level}: ${reason}`).join('; ')}. Install bubblewrap and allow user ` +
      'namespaces, or allow seccomp filters; PARSER_SANDBOX=best starts without.',
  );
}

/** The reason with its causes, the first line of each: a child's standard error has many. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const line = error.message.split('\n')[0] ?? '';
  return error.cause === undefined ? line : `${line} ${reasonOf(error.cause)}`;
}

async function probeLevel(level: SandboxLevel): Promise<void> {
  const here = fileURLToPath(import.meta.url);
  const library = dirname(dirname(dirname(here)));
  const root = dirname(dirname(library));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const pool = startWorkerPool<null, ProbeAnswer>({
    name: 'sandbox-probe',
    module: new URL('./probe-child.ts', import.meta.url),
    size: 1,
    maxOldSpaceMb: 64,
    recycleAfter: 1,
    readRoots: [join(root, 'node_modules'), join(root, 'libs')],
    sandbox: level,
    setup: { port, readable: here } satisfies ProbeSetup,
  });
  try {
    const signal = AbortSignal.timeout(probeTimeoutMs);
    const answer = await pool.run(null, { signal, timeoutMs: probeTimeoutMs, priority: 0 });
    const open = openedOf(level, answer);
    if (open !== undefined) throw new Error(`A child ${open}.`);
  } finally {
    await pool.close();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** What a child could do although its level closes it. */
function openedOf(level: SandboxLevel, answer: ProbeAnswer): string | undefined {
  if (answer.connected) return 'reached the network';
  if (answer.opened) return 'opened a file after its set-up';
  if (level === 'namespaces' && answer.host !== childHost) return 'has no namespaces of its own';
  return undefined;
}
