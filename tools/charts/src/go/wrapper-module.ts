import { copyFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '@docfleet/stack';
import { moduleFolder, type GoModule } from './go.ts';

/** Version of the published module that stands in for a folder of the sources; undefined where none does. */
export type PublishedVersion = (modulePath: string) => string | undefined;

/**
 * The `go.mod` of a module that requires another one and pins its dependencies as that one does. `go install` refuses a
 * module whose go.mod has `replace` lines; a main module may have them, except those that name folders of its sources.
 */
export function wrapperModule(goMod: string, module: GoModule, published: PublishedVersion): string {
  const lines = goMod.split('\n').flatMap((line) => {
    if (line.startsWith('module ')) return ['module wrapper'];
    const replaced = /^(?<head>(?:replace )?\s*(?<path>\S+)(?: \S+)? => )\.{1,2}\/\S*/.exec(line);
    if (replaced?.groups === undefined) return [line];
    const { head = '', path = '' } = replaced.groups;
    const version = published(path);
    return version === undefined ? [] : [`${head}${path} ${version}`];
  });
  return `${lines.join('\n')}\nrequire ${module.path} ${module.version}\n`;
}

/** Writes a wrapper of the module into the folder; gives the folder of the module's own files. */
export async function writeWrapperModule(
  machine: Machine,
  folder: string,
  { module, published = () => undefined }: { module: GoModule; published?: PublishedVersion },
): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const sources = await moduleFolder(machine, folder, module);
  const goMod = readFileSync(join(sources, 'go.mod'), 'utf8');
  writeFileSync(join(folder, 'go.mod'), wrapperModule(goMod, module, published));
  const sums = join(sources, 'go.sum');
  if (existsSync(sums)) {
    copyFileSync(sums, join(folder, 'go.sum'));
    chmodSync(join(folder, 'go.sum'), 0o644);
  }
  return sources;
}
