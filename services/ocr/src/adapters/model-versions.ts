import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { InstalledVersion } from '../core/model-switch.ts';

/** A version of the models with its folder. */
export interface ModelFolder extends InstalledVersion {
  readonly directory: string;
}

const fileSchema = z.object({
  models: z.array(z.object({ name: z.string(), sha256: z.string().length(64) })),
});

/** Name of the version that lies in the folder itself. */
const ownVersion = 'own';

/** Folder of further versions, each a folder with a `models.json`. */
const versionsFolder = 'versions';

/** SHA-256 in hex over the names and digests of models, in the order of names: the same files have the same digest anywhere. */
export function digestOf(models: readonly { readonly name: string; readonly sha256: string }[]): string {
  const lines = models.map(({ name, sha256 }) => `${name} ${sha256}\n`).sort();
  return createHash('sha256').update(lines.join('')).digest('hex');
}

/** The version in the folder itself, then those in `versions/`, by name. @throws Error for a damaged `models.json` */
export async function installedVersions(
  directory: string,
): Promise<readonly [ModelFolder, ...ModelFolder[]]> {
  const entries = await readdir(join(directory, versionsFolder), { withFileTypes: true }).catch(() => []);
  const names = entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
  const read = async (version: string, folder: string): Promise<ModelFolder> => {
    const text = await readFile(join(folder, 'models.json'), 'utf8');
    return { version, directory: folder, digest: digestOf(fileSchema.parse(JSON.parse(text)).models) };
  };
  const own = await read(ownVersion, directory);
  const others = await Promise.all(names.map((name) => read(name, join(directory, versionsFolder, name))));
  return [own, ...others.filter(({ digest }) => digest !== own.digest)];
}
