import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fillOnce, type Machine } from '@docfleet/stack';

/**
 * Builds into a folder of the downloaded servers, whose name has the version; gives the folder. It appears only when
 * the build is complete, so a build that was broken off is made anew. The folder of sources is removed afterwards.
 */
export async function inFolderOnce(
  machine: Machine,
  name: string,
  build: (draft: string, sources: string) => Promise<void>,
): Promise<string> {
  const folder = join(machine.servers, name);
  await fillOnce(folder, async (draft) => {
    const sources = join(draft, 'src');
    mkdirSync(sources);
    await build(draft, sources);
    rmSync(sources, { recursive: true });
  });
  return folder;
}
