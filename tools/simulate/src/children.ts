import { fork } from 'node:child_process';
import { addTally, emptyTally, type Tally } from './report.ts';

export interface ChildrenOptions {
  readonly from: number;
  readonly to: number;
  readonly processes: number;
  /** Stops at the first schedule with a violation. */
  readonly untilFailure?: boolean;
  /** Real time after which no further schedule starts, in milliseconds. */
  readonly limitMs?: number;
  /** Flags of Node for the child processes. */
  readonly nodeFlags?: readonly string[];
  /** Called periodically with the progress of all child processes. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly schedules: number;
  /** Schedules with a violation. */
  readonly failed: number;
}

/** Messages of a child process: its progress periodically, and its tally at the end. */
type ChildMessage =
  | ({ readonly kind: 'progress' } & Progress)
  | ({ readonly kind: 'tally'; readonly counts: readonly (readonly [string, number])[] } & Omit<
      Tally,
      'counts'
    >);

/** Plays seeds in child processes. */
export async function playInChildren(options: ChildrenOptions): Promise<Tally> {
  const tally = emptyTally();
  const progress = Array.from({ length: options.processes }, (): Progress => ({ schedules: 0, failed: 0 }));
  const shares = progress.map((_, share) =>
    playShare(options, share, (own) => {
      progress[share] = own;
      const sum = (of: keyof Progress): number => progress.reduce((all, each) => all + each[of], 0);
      options.onProgress?.({ schedules: sum('schedules'), failed: sum('failed') });
    }),
  );
  for (const share of await Promise.all(shares)) addTally(tally, share);
  return tally;
}

function playShare(
  options: ChildrenOptions,
  share: number,
  onProgress: (progress: Progress) => void,
): Promise<Tally> {
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
      const childMessage = message as ChildMessage;
      if (childMessage.kind === 'progress') onProgress(childMessage);
      else received = { ...childMessage, counts: new Map(childMessage.counts) };
    });
    child.on('exit', (code) => {
      if (received === undefined)
        reject(new Error(`A child process exited with ${String(code)} without a result`));
      else resolve(received);
    });
  });
}
