import type { Manifest } from './sbom.ts';

/** Where the build of the console names the packages whose code is in its scripts. */
export const bundledLicences = 'services/console/dist/licences.md';

/** The packages that a bundle was made of, by the headings of its licences: `## name - 1.2.3 (MIT)`. */
export function bundledPackages(licences: string): readonly Manifest[] {
  return [...licences.matchAll(/^## (\S+) - (\S+)(?: \((.+)\))?$/gm)].map(
    ([, name = '', version = '', license]) => ({
      name,
      version,
      ...(license === undefined ? {} : { license }),
    }),
  );
}
