import { join } from 'node:path';
import { startControlPlane } from './cluster/control-plane.ts';
import { ClusterProcesses } from './cluster/processes.ts';
import type { Part, Tally } from './checks/tally.ts';
import { baseEnvironment, explain } from '@docfleet/stack';
import { clusterApi } from './node/cluster-api.ts';
import type { ImageRun } from './node/images.ts';
import { ProcessNode } from './node/process-node.ts';
import type { Context } from './parts/context.ts';
import { httpImage, httpProgram } from './parts/http-objects.ts';

/** A HorizontalPodAutoscaler decides this often: a test waits for each decision. */
const hpaSyncSeconds = 5;

export type ClusterOptions = Omit<Context, 'processes' | 'controlPlane' | 'api' | 'node' | 'openNode'>;

/** Starts control plane and process node, runs the parts, and ends everything. Parts that cannot run have failed. */
export async function withCluster(
  options: ClusterOptions,
  { tally, parts }: { readonly tally: Tally; readonly parts: readonly Part<Context>[] },
): Promise<void> {
  const { layout, environment, programs, progress, signal, onKill } = options;
  const folder = join(layout.folder, 'cluster');
  const report = (line: string): void => {
    progress.note(line);
  };
  const processes = new ClusterProcesses({
    logs: layout.logs,
    folder,
    record: join(layout.folder, 'cluster.json'),
    environment,
    signal,
    report,
  });
  onKill(() => {
    processes.killAll();
  });
  const nodes: ProcessNode[] = [];
  onKill(() => {
    for (const node of nodes) node.kill();
  });
  try {
    const controlPlane = await startControlPlane({
      programs,
      processes,
      folder,
      hpaSyncSeconds,
      progress,
      signal,
    });
    const { authority } = controlPlane.certificates;
    const api = clusterApi(controlPlane.kubectl.kubeconfig);
    const openNode = async (name: string): Promise<ProcessNode> => {
      const node = new ProcessNode({
        name,
        api,
        folder: join(layout.folder, 'nodes', name),
        // More than there is: what is proven is the behaviour, not the size.
        capacity: { cpu: '64', memory: '256Gi', 'ephemeral-storage': '256Gi', pods: '110' },
        certificate: await authority.issue(name),
        authority: authority.cert,
        resolveImage: imagesOf(layout.root, environment),
        report,
      });
      nodes.push(node);
      await node.start();
      return node;
    };
    const node = await openNode('this-machine');
    const context = { ...options, processes, controlPlane, api, node, openNode };
    for (const part of parts) {
      signal.throwIfAborted();
      await tally.part(part, context);
    }
    const memory = [...processes.memory()].map(([name, mebibytes]) => `${name} ${mebibytes}`);
    progress.note(`most memory of each process, in MiB: ${memory.join(', ')}`);
  } catch (error) {
    if (signal.aborted) throw error;
    progress.note(`The cluster could not be used. ${explain(error)}`);
  } finally {
    await progress.step('ending the cluster', async () => {
      await Promise.all(nodes.map((node) => node.stop()));
      await processes.stopAll();
    });
  }
  for (const { checks } of parts) tally.failRest(checks);
}

/** What stands for images: the program of test pods; of others, the container's own command in the repository. */
function imagesOf(
  root: string,
  environment: Readonly<Record<string, string | undefined>>,
): (image: string) => ImageRun {
  const own = Object.fromEntries(
    Object.entries(baseEnvironment(environment)).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
  return (image) => ({
    command: image === httpImage ? [process.execPath, httpProgram(root)] : [],
    folder: root,
    environment: own,
  });
}
