/**
 * What keeps a child away from the machine, strongest first. `namespaces`: a network, processes, users and a view of
 * files of its own, and the filter of system calls. `system-calls`: that filter, which also closes network and files once
 * the child is set up. `limits-open-network`: limits on memory, processor time and files, but the network is open.
 */
export const sandboxLevels = ['namespaces', 'system-calls', 'limits-open-network'] as const;
export type SandboxLevel = (typeof sandboxLevels)[number];

/** `required`: the process starts only where its children reach no network. `best`: as much as the machine allows. */
export const sandboxDemands = ['required', 'best'] as const;
export type SandboxDemand = (typeof sandboxDemands)[number];

/** Whether children of this level are confined by a filter of system calls. */
export function filtersCalls(level: SandboxLevel): boolean {
  return level !== 'limits-open-network';
}
