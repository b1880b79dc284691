import { constants } from 'node:fs';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { FinishedRun } from '../pipeline/open-pipeline.ts';
import { z } from 'zod';

const evidence = z.object({
  pages: z.array(z.object({ page: z.number(), image: z.looseObject({ uri: z.string() }).nullable() })),
});

/** Folder of a document's artifacts: numbers keep files of one name apart, and sort as the files were given. */
export function artifactFolder(folder: string, index: number, name: string): string {
  const plain = basename(name === '-' ? 'stdin' : name).replaceAll(/[^\p{L}\p{N}._-]/gu, '_');
  return join(folder, `${String(index + 1).padStart(3, '0')}-${plain}`);
}

/** Makes the folder of all artifacts. @throws Error that says why it cannot be written to */
export async function prepareArtifacts(folder: string): Promise<void> {
  await writing(folder, async () => {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  });
}

/**
 * Writes the bundle of a run and its page images; files of an earlier call are replaced.
 *
 * @throws Error that says why the folder cannot be written to
 */
export async function writeArtifacts(folder: string, bundleUri: string, run: FinishedRun): Promise<void> {
  await writing(folder, () => mkdir(folder, { recursive: true }));
  const copy = async (uri: string, name: string): Promise<Buffer> => {
    const bytes = await run.bytesOf(uri);
    await writing(folder, () => writeFile(join(folder, name), bytes));
    return bytes;
  };
  const bundled = (name: string): Promise<Buffer> => copy(bundleUri.replace(/result\.json$/, name), name);
  await bundled('result.json');
  await bundled('coverage_report.json');
  const registry = await bundled('evidence_registry.json');
  for (const { page, image } of evidence.parse(JSON.parse(registry.toString())).pages) {
    if (image === null) continue;
    const extension = image.uri.slice(image.uri.lastIndexOf('.'));
    await copy(image.uri, `page-${String(page).padStart(4, '0')}${extension}`);
  }
}

async function writing<T>(folder: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Artifacts cannot be written to ${folder}: ${why}`, { cause });
  }
}
