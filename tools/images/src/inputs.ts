import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { packageOf, type Image } from './image-list.ts';

const manifest = z.object({ name: z.string(), dependencies: z.record(z.string(), z.string()).default({}) });

/** The packages of the workspace that these need, with themselves, as folders relative to the repository, sorted. */
export function workspaceClosure(root: string, folders: readonly string[]): readonly string[] {
  const read = (folder: string) =>
    manifest.parse(JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')));
  const all = globSync('{libs,services,tools}/*/package.json', { cwd: root }).map(dirname);
  const folderOf = new Map(all.map((folder) => [read(folder).name, folder]));
  const found = new Set<string>();
  const visit = (folder: string | undefined): void => {
    if (folder === undefined || found.has(folder)) return;
    found.add(folder);
    for (const name of Object.keys(read(folder).dependencies)) visit(folderOf.get(name));
  };
  folders.forEach(visit);
  return [...found].sort();
}

/**
 * SHA-256 over all that the content of an image is made from: built modules of its packages, the versions of installed
 * ones, models, this tool, and `facts` about the machine. The same digest means the same content.
 */
export function digestInputs(root: string, image: Image, facts: readonly string[]): string {
  const packages = workspaceClosure(root, image.mains.map(packageOf));
  const patterns = [
    ...['package.json', 'package-lock.json', 'tools/images/{src,resources}/**/*.{ts,js}'],
    ...packages.flatMap((folder) => [`${folder}/package.json`, `${folder}/dist/**/*.{js,mjs}`]),
    // Other resources are of installed packages, whose versions are in the lockfile.
    ...image.resources.filter((pattern) => pattern.startsWith('services/')),
    ...(image.hasModels ? ['.docfleet/models/models.json'] : []),
  ];
  const hash = createHash('sha256').update(JSON.stringify([image, facts]));
  for (const file of patterns.flatMap((pattern) =>
    globSync(pattern, { cwd: root, exclude: ['**/*.test.ts'] }).sort(),
  ))
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  return hash.digest('hex');
}
