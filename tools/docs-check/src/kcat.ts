import { join } from 'node:path';
import { bringDebianPackage } from '@docfleet/testing/debian-packages';
import { root } from './repository-files.ts';

/**
 * The folder of the program kcat, of the search path or of its Debian package.
 *
 * @throws Error when neither can be had, with what to install
 */
export function bringKcat(searchPath: string): Promise<string> {
  const wanted = { name: 'kcat', programs: ['kcat'], withLibraries: true } as const;
  return bringDebianPackage(wanted, { folder: join(root, '.docfleet/servers'), searchPath });
}
