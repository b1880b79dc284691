import { serviceNames } from '@docfleet/stack';
import { allProcesses, cpuSecondsOf, machineBusySeconds, proportionalBytesOf, treeOf } from '../processes.ts';
import type { Usage } from './figures.ts';

/** Reads what the processes of a fleet, with their children, use now; `pids` as in the endpoints file. */
export function readUsage(pids: Readonly<Record<string, number>>): Usage {
  const all = allProcesses();
  // What starts the others is no part of the fleet, and would count them all once more.
  const roots = Object.entries(pids).filter(([name]) => name !== 'supervisor');
  const services = roots.filter(([name]) => isService(name)).map(([, pid]) => pid);
  return {
    cpuSeconds: Object.fromEntries(roots.map(([name, pid]) => [name, cpuSecondsOf(treeOf(all, [pid]))])),
    machineBusySeconds: machineBusySeconds(),
    memoryBytes: proportionalBytesOf(treeOf(all, services)),
  };
}

/** Whether a process is of a service, pools included, and not a server. */
function isService(name: string): boolean {
  return serviceNames.some((service) => name === service || name.startsWith(`${service}-`));
}
