import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildConsole } from '@docfleet/stack';
import { buildImage } from './build-image.ts';
import { folderSize } from './folder-size.ts';
import { packageOf, type Image } from './image-list.ts';
import type { BuiltSize } from './size-table.ts';
import type { Architecture } from './traced-files.ts';

export interface BuildAllOptions {
  readonly root: string;
  /** Folder of all images' folders. */
  readonly to: string;
  readonly architecture: string;
  /** Receives one line per step. */
  readonly report: (line: string) => void;
}

const run = promisify(execFile);

/**
 * Compiles the programs of the images, makes the folder of each, and gives their sizes. What is up to date is left.
 *
 * @throws Error with the compiler's output, or for a processor without images
 */
export async function buildImages(
  images: readonly Image[],
  { root, to, architecture, report }: BuildAllOptions,
): Promise<readonly BuiltSize[]> {
  const known = knownArchitecture(architecture);
  const packages = [...new Set(images.flatMap((image) => image.mains.map(packageOf)))];
  report(`compiling ${packages.join(', ')}`);
  await compile(root, packages);
  if (images.some(({ name }) => name === 'gateway')) {
    report('building the console');
    await buildConsole({ root });
  }
  const cache = {};
  const sizes: BuiltSize[] = [];
  for (const image of images) {
    const isNew = await buildImage(image, { root, to, architecture: known, cache });
    report(`${image.name}: ${isNew ? 'made' : 'up to date'} in ${join(to, image.name)}`);
    sizes.push(sizeOf(image.name, join(to, image.name)));
  }
  return sizes;
}

function knownArchitecture(architecture: string): Architecture {
  if (architecture === 'x64' || architecture === 'arm64') return architecture;
  throw new Error(`There are images for x64 and arm64 only, and this machine is ${architecture}.`);
}

async function compile(root: string, packages: readonly string[]): Promise<void> {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const projects = packages.map((folder) => `${folder}/tsconfig.lib.json`);
  try {
    await run(process.execPath, [compiler, '-b', ...projects], { cwd: root });
  } catch (cause) {
    const output = cause instanceof Error && 'stdout' in cause ? String(cause.stdout) : '';
    throw new Error(`The programs do not compile:\n${output}`, { cause });
  }
}

function sizeOf(name: string, folder: string): BuiltSize {
  const models = join(folder, 'models');
  return { name, ...folderSize(folder), modelBytes: existsSync(models) ? folderSize(models).bytes : 0 };
}
