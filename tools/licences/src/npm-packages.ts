import { z } from 'zod';
import type { Component, Policy } from './policy.ts';

const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      name: z.string().optional(),
      version: z.string().optional(),
      license: z.string().optional(),
      link: z.boolean().optional(),
    }),
  ),
});

const marker = 'node_modules/';

/** A package that npm installs, with the folder of its first copy, relative to the repository. */
export interface NpmPackage extends Component {
  readonly folder: string;
}

/**
 * Every third-party package of package-lock.json, once a version, sorted by name; those for other platforms, too.
 * The lock file is read and not node_modules, because that holds the packages of one platform only; this is what the
 * collectors on the registry cannot do.
 */
export function npmPackages(lockJson: string, unstated: Policy['unstated']): NpmPackage[] {
  const { packages } = lockFile.parse(JSON.parse(lockJson));
  const read = new Map(unstated.map((each) => [each.package, each.licence]));
  const found = new Map<string, NpmPackage>();
  for (const [folder, entry] of Object.entries(packages)) {
    // Without the marker it is one of the repository's own packages, and so is what a link points to.
    if (!folder.includes(marker) || entry.link === true) continue;
    const name = entry.name ?? folder.slice(folder.lastIndexOf(marker) + marker.length);
    const { version = 'unknown' } = entry;
    if (found.has(`${name}@${version}`)) continue;
    const licence = read.get(name) ?? entry.license ?? null;
    found.set(`${name}@${version}`, { name, version, licence, origin: 'npm', folder });
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
