import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { nodeFileTrace } from '@vercel/nft';
import type { Image } from './image-list.ts';
import { packageFolderOf } from './package-folder.ts';

/** A processor as Node names it. */
export type Architecture = 'x64' | 'arm64';

/**
 * Files that packages open by a name they compute, which no trace sees: native code, WebAssembly. All of a package
 * that is used come along, and its licence, less what `unused` names.
 */
const carried = '**/{*.node,*.wasm,*.so,*.so.*,LICENSE*,LICENCE*,NOTICE*,license*}';

/** Files of packages that this product never loads, as globs. */
function unused(architecture: Architecture): readonly string[] {
  const other = architecture === 'x64' ? 'arm64' : 'x64';
  return [
    'node_modules/onnxruntime-node/bin/napi-v6/{darwin,win32}/**',
    `node_modules/onnxruntime-node/bin/napi-v6/linux/${other}/**`,
    // The system of the images has the GNU C library.
    'node_modules/@koromix/koffi-linux-*/musl_*/**',
  ];
}

export interface TraceOptions {
  readonly root: string;
  readonly architecture: Architecture;
  /** What traces of several images share. */
  readonly cache: object;
}

/**
 * Every file that the programs of an image load, relative to the repository, sorted: their own built modules, those of
 * libraries, and of packages what is imported, not what is installed. Links of workspaces are among them, as links.
 */
export async function tracedFiles(image: Image, options: TraceOptions): Promise<readonly string[]> {
  const { root, architecture, cache } = options;
  const glob = (pattern: string): string[] =>
    globSync(pattern, { cwd: root, exclude: [...unused(architecture)] });
  const starts = [...image.mains, ...image.children.flatMap(glob)];
  const { fileList } = await nodeFileTrace(
    starts.map((file) => join(root, file)),
    {
      base: root,
      conditions: ['node', 'import', 'default'],
      ignore: [...unused(architecture)],
      cache,
    },
  );
  const found = new Set([...fileList, ...image.resources.flatMap(glob)]);
  for (const folder of new Set([...found].map(packageFolderOf))) {
    if (folder === undefined) continue;
    found.add(`${folder}/package.json`);
    for (const file of glob(`${folder}/${carried}`)) {
      if (packageFolderOf(file) === folder && statSync(join(root, file)).isFile()) found.add(file);
    }
  }
  return [...found].sort();
}
