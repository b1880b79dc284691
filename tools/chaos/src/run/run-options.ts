import type { Layout, Progress } from '@docfleet/stack';
import type { Rig } from '../world/rig.ts';

/** What every kind of run needs. */
export interface RunOptions {
  readonly layout: Layout;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly onRig: (rig: Rig) => void;
  /** Folder of the labelled documents; used if it exists. */
  readonly realFolder: string;
}
