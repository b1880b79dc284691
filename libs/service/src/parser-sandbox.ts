import type { Log, Metrics } from '@docfleet/telemetry';
import { chooseSandbox, sandboxLevels, type SandboxDemand, type SandboxLevel } from '@docfleet/workers';

/**
 * Chooses the sandbox of the children that parse documents, once at the start, and reports it: in the log, with the
 * reason why a stronger level is not used, and as `docfleet_parser_sandbox_level`.
 *
 * @throws Error when `required` is demanded and the machine leaves the network open to children
 */
export async function parserSandbox(
  demand: SandboxDemand,
  { log, metrics }: { readonly log: Pick<Log, 'info' | 'warn'>; readonly metrics: Pick<Metrics, 'gauge'> },
  choose: typeof chooseSandbox = chooseOnce,
): Promise<SandboxLevel> {
  const { level, refused } = await choose(demand);
  const gauge = metrics.gauge(
    'docfleet_parser_sandbox_level',
    '1 for the level of the sandbox that parser children run in.',
    ['level'],
  );
  for (const each of sandboxLevels) gauge.set({ level: each }, each === level ? 1 : 0);
  const reasons = refused.map((each) => `${each.level}: ${each.reason}`).join('; ');
  if (level === 'namespaces') log.info('Parser children run in a sandbox', { sandbox: level });
  else if (level === 'system-calls')
    log.warn('Parser children run in the second strongest sandbox', { sandbox: level, reasons });
  else
    log.warn('Parser children can reach the network: only a NetworkPolicy or a firewall keeps them off it', {
      sandbox: level,
      reasons,
    });
  return level;
}

const chosen = new Map<SandboxDemand, ReturnType<typeof chooseSandbox>>();

/** Children are started to find it out, and the answer is one of the machine: stages in one process ask once. */
function chooseOnce(demand: SandboxDemand): ReturnType<typeof chooseSandbox> {
  const known = chosen.get(demand) ?? chooseSandbox(demand);
  chosen.set(demand, known);
  return known;
}
