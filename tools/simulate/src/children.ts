import { fork } from 'node:child_process';
import { addTally, emptyTally, type Tally } from './report.ts';

export interface ChildrenOptions {
  readonly from: number;
  readonly to: number;
  readonly processes: number;
  /** Stops at the first schedule with a violation. */
  readonly untilFailure?: boolean;
  /** Real time after which no further schedule is begun. */
  readonly limitMs?: number;
  /** Flags of Node for the children, as a module hook needs them. */
  readonly nodeFlags?: readonly string[];
}

interface SentTally extends Omit<Tally, 'counts'> {
  readonly counts: readonly (readonly [string, number])[];
}

/** Plays seeds in child processes, one a core. */
export async function playInChildren(options: ChildrenOptions): Promise<Tally> {
  const tally = emptyTally();
  const shares = Array.from({ length: options.processes }, (_, share) => playShare(options, share));
  for (const share of await Promise.all(shares)) addTally(tally, share);
  return tally;
}

function playShare(options: ChildrenOptions, share: number): Promise<Tally> {
  const { from, to, processes, untilFailure = false, limitMs, nodeFlags = [] } = options;
  const args = ['--from', String(from + share), '--to', String(to), '--step', String(processes)];
  if (untilFailure) args.push('--until-failure');
  if (limitMs !== undefined) args.push('--limit-ms', String(limitMs));
  const child = fork(new URL('./worker.ts', import.meta.url), args, {
    execArgv: ['--conditions=docfleet-source', ...nodeFlags],
  });
  return new Promise((resolve, reject) => {
    let received: Tally | undefined;
    child.on('message', (message) => {
      const sent = message as SentTally;
      received = { ...sent, counts: new Map(sent.counts) };
    });
    child.on('exit', (code) => {
      if (received === undefined)
        reject(new Error(`a child ended with ${String(code)} before it had a result`));
      else resolve(received);
    });
  });
}
