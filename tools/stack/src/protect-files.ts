import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Layout } from './layout.ts';

/** Takes all rights of others from what a process creates. */
export const ownerOnly = 0o077;

/** Lets others pass through a folder to one below whose name they know, but not list it. */
export const passable = 0o711;

/**
 * Keeps other users of the machine away from keys, logs and documents of an instance: what this process and its
 * children create from here on is their owner's, and so are the folders that are there already. As root the database
 * server runs as `nobody`, which has to pass through the folders above its data.
 */
export function protectFiles(layout: Layout, isRoot: boolean): void {
  process.umask(ownerOnly);
  for (const folder of [dirname(layout.folder), layout.folder, layout.data]) {
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, isRoot ? passable : 0o700);
  }
  const inside = readdirSync(layout.data)
    .filter((name) => !name.startsWith('postgres'))
    .map((name) => join(layout.data, name));
  const shared = [layout.servers, layout.models, layout.samples];
  for (const folder of [layout.logs, ...shared, ...inside]) if (existsSync(folder)) chmodSync(folder, 0o700);
}
