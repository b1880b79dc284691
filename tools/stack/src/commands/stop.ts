import { readFileSync, rmSync } from 'node:fs';
import { layoutOf, type Layout } from '../layout.ts';
import { decideLock } from '../lock.ts';
import { Problem } from '../problem.ts';
import { isRunning, signalProcess, waitUntil, type ProcessIdentity } from '../processes.ts';
import { endLeftovers } from '../running.ts';
import type { Context } from './context.ts';

/** Time for services to finish their records in process, and for servers to write their data. */
const timeoutMs = 60_000;

/** Time that the system may take to remove a killed process. */
const killMs = 5000;

/** `npm stop`: ends what runs here, however it was started; gives the exit code. */
export async function stop(context: Context): Promise<number> {
  const layout = layoutOf(context.root, 'local');
  const holder = holderOf(layout);
  if (holder !== undefined) {
    await context.progress.step(`stopping (process ${holder.pid})`, () => end(holder));
  }
  const leftovers = await endLeftovers(layout.processesFile);
  rmSync(layout.endpointsFile, { force: true });
  if (leftovers.length > 0) context.print(`Ended what an earlier run left: ${leftovers.join(', ')}.\n`);
  else context.print(holder === undefined ? 'Nothing of docfleet runs here.\n' : 'Everything has ended.\n');
  return 0;
}

async function end(holder: ProcessIdentity): Promise<void> {
  signalProcess(holder.pid, 'SIGTERM');
  if (await waitUntil(() => !isRunning(holder), timeoutMs)) return;
  signalProcess(holder.pid, 'SIGKILL');
  if (await waitUntil(() => !isRunning(holder), killMs)) return;
  throw new Problem(
    `Process ${holder.pid} could not be ended; it may belong to another user. End it as that user: kill -9 ${holder.pid}`,
  );
}

function holderOf(layout: Layout): ProcessIdentity | undefined {
  let text: string | undefined;
  try {
    text = readFileSync(layout.lockFile, 'utf8');
  } catch {
    return undefined;
  }
  const decision = decideLock(text, isRunning);
  return decision.kind === 'held' ? decision.by : undefined;
}
