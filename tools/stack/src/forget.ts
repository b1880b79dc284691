import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Layout } from './layout.ts';
import { postgresDataFolder } from './servers/postgres.ts';

/** Throws an instance's data, ports and secrets away; logs stay for reading. */
export function forgetInstance(layout: Layout, isRoot: boolean): void {
  for (const folder of [layout.data, dirname(postgresDataFolder(layout, isRoot))]) {
    rmSync(folder, { recursive: true, force: true });
  }
  rmSync(layout.stateFile, { force: true });
}
