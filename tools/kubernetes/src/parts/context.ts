import type { Layout, Progress } from '@docfleet/stack';
import type { ClusterPrograms } from '../build/build-all.ts';
import type { ControlPlane } from '../cluster/control-plane.ts';
import type { ClusterProcesses } from '../cluster/processes.ts';
import type { ClusterApi } from '../node/cluster-api.ts';
import type { ProcessNode } from '../node/process-node.ts';

/** What every part works with. */
export interface Context {
  readonly layout: Layout;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
  readonly programs: ClusterPrograms;
  readonly processes: ClusterProcesses;
  readonly controlPlane: ControlPlane;
  readonly api: ClusterApi;
  readonly node: ProcessNode;
  /** Adds a process node to the cluster. */
  readonly openNode: (name: string) => Promise<ProcessNode>;
  readonly seed: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Registers what ends everything of a part at once, for a second Ctrl-C. */
  readonly onKill: (kill: () => void) => void;
}
