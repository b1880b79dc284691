import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { copyFiles } from './copy-files.ts';
import type { Image } from './image-list.ts';
import { digestInputs } from './inputs.ts';
import { openToAll } from './open-to-all.ts';
import { packageFolderOf } from './package-folder.ts';
import { bundledLicences, bundledPackages } from './bundled-packages.ts';
import { billOfMaterials, type Manifest, type ModelInside } from './sbom.ts';
import { tracedFiles, type TraceOptions } from './traced-files.ts';

export interface BuildOptions extends TraceOptions {
  /** Folder of all images' folders. */
  readonly to: string;
}

/** Where models are, relative to the repository. */
const modelsFolder = '.docfleet/models';

export const sbomFile = 'sbom.cdx.json';

const registry = z.object({
  models: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      file: z.string(),
      sha256: z.string(),
      licence: z.string(),
    }),
  ),
});

/**
 * Makes the folder of an image, `<to>/<name>`, from built modules: what the image holds below `/app`. One that was made
 * from the same inputs is left as it is. It appears when it is complete.
 *
 * @returns whether it was made
 */
export async function buildImage(image: Image, options: BuildOptions): Promise<boolean> {
  const { root, to, architecture } = options;
  const folder = join(to, image.name);
  const digestFile = `${folder}.sha256`;
  const digest = digestInputs(root, image, [process.version, architecture]);
  if (existsSync(folder) && existsSync(digestFile) && readFileSync(digestFile, 'utf8') === digest)
    return false;
  const draft = `${folder}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  const files = await tracedFiles(image, options);
  copyFiles(root, draft, files);
  const models = image.hasModels ? copyModels(root, draft) : [];
  const version = writeStart(image, root, draft);
  const traced = [...new Set(files.map(packageFolderOf))]
    .filter((each) => each !== undefined)
    .map((each) => JSON.parse(readFileSync(join(root, each, 'package.json'), 'utf8')) as Manifest);
  const bundled = files.includes(bundledLicences)
    ? bundledPackages(readFileSync(join(root, bundledLicences), 'utf8'))
    : [];
  const packages = [...traced, ...bundled];
  writeFileSync(join(draft, sbomFile), billOfMaterials({ image: image.name, version, packages, models }));
  openToAll(draft);
  rmSync(digestFile, { force: true });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  renameSync(draft, folder);
  writeFileSync(digestFile, digest);
  return true;
}

/**
 * Writes what every image starts with, whatever is in it: `main.js` and, for its health, `healthy.js`.
 *
 * @returns the version of the product
 */
function writeStart(image: Image, root: string, to: string): string {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  const about = { name: `docfleet-${image.name}`, version, private: true, type: 'module' };
  writeFileSync(join(to, 'package.json'), JSON.stringify(about));
  writeFileSync(join(to, 'main.js'), `import './${image.mains[0]}';\n`);
  cpSync(join(root, 'tools/images/resources/healthy.js'), join(to, 'healthy.js'));
  return version;
}

/** Copies the models that `models.json` names, and it. */
function copyModels(root: string, to: string): readonly ModelInside[] {
  const from = join(root, modelsFolder);
  const { models } = registry.parse(JSON.parse(readFileSync(join(from, 'models.json'), 'utf8')));
  mkdirSync(join(to, 'models'));
  for (const file of ['models.json', ...models.map((model) => model.file)])
    cpSync(join(from, file), join(to, 'models', file));
  return models;
}
