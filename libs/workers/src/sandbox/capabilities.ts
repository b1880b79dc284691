import { readFileSync } from 'node:fs';

/** Number of CAP_SETPCAP (linux/capability.h), without which a process may not drop capabilities of its children. */
const setPcap = 8n;

/** Whether the effective capabilities in the text of /proc/self/status hold CAP_SETPCAP. */
export function hasSetPcap(status: string): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  return effective !== undefined && ((BigInt(`0x${effective}`) >> setPcap) & 1n) === 1n;
}

/** Whether this process may take capabilities from its children: a privilege of root. */
export function mayDropCapabilities(): boolean {
  try {
    return hasSetPcap(readFileSync('/proc/self/status', 'utf8'));
  } catch {
    return false;
  }
}
