import type { Environment } from '../command.ts';
import type { Progress, ProgressEvent } from '../progress.ts';

/** What the commands get from the process they run in. */
export interface Context {
  /** Root of the repository. */
  readonly root: string;
  /** Folder in which the person typed the command. */
  readonly calledFrom: string;
  readonly environment: Environment;
  readonly isRoot: boolean;
  /** Whether somebody can press Ctrl-C: the input is a terminal. */
  readonly hasTerminal: boolean;
  readonly progress: Progress;
  /** Shows what another process reports. */
  readonly show: (event: ProgressEvent) => void;
  readonly print: (text: string) => void;
  /** A line to print after everything else. */
  readonly atEnd: (line: string) => void;
  /** Aborts at the first Ctrl-C or termination: end in order. */
  readonly interrupted: AbortSignal;
  /** Registers what must not survive a second Ctrl-C. */
  readonly onKill: (action: () => void) => void;
}
