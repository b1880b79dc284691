import { readFileSync, rmSync } from 'node:fs';
import { layoutOf, type Layout } from '../layout.ts';
import { decideLock } from '../lock.ts';
import { isRunning, signalProcess, waitUntil, type ProcessIdentity } from '../processes.ts';
import { endLeftovers } from '../running.ts';
import type { Context } from './context.ts';

/** Services finish what they hold, then servers write what they have. */
const timeoutMs = 60_000;

/** `npm stop`: ends what runs here, in whatever way it was started; gives the exit code. */
export async function stop(context: Context): Promise<number> {
  const layout = layoutOf(context.root, 'local');
  const holder = holderOf(layout);
  if (holder !== undefined) {
    await context.progress.step(`stopping (process ${holder.pid})`, () => end(holder));
  }
  const leftovers = await endLeftovers(layout.processesFile);
  rmSync(layout.endpointsFile, { force: true });
  if (leftovers.length > 0) context.print(`Ended ${leftovers.join(', ')}.\n`);
  else context.print(holder === undefined ? 'Nothing of docfleet runs here.\n' : 'Everything has ended.\n');
  return 0;
}

async function end(holder: ProcessIdentity): Promise<void> {
  signalProcess(holder.pid, 'SIGTERM');
  if (await waitUntil(() => !isRunning(holder), timeoutMs)) return;
  signalProcess(holder.pid, 'SIGKILL');
  await waitUntil(() => !isRunning(holder), 5000);
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
