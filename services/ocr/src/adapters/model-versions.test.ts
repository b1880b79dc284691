import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestOf, installedVersions } from './model-versions.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docfleet-models-'));
});
afterEach(() => rm(folder, { recursive: true }));

const models = (letter: string) => [{ name: 'detector-tiny', file: 'd.onnx', sha256: letter.repeat(64) }];
async function install(directory: string, letter: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'models.json'), JSON.stringify({ models: models(letter) }));
}

test('O-10: the versions of a folder are its own and those below versions, each once', async () => {
  await install(folder, 'a');
  expect((await installedVersions(folder)).map(({ version }) => version)).toEqual(['own']);
  await install(join(folder, 'versions', '2'), 'b');
  await install(join(folder, 'versions', 'copy'), 'a');
  expect(await installedVersions(folder)).toEqual([
    { version: 'own', directory: folder, digest: digestOf(models('a')) },
    { version: '2', directory: join(folder, 'versions', '2'), digest: digestOf(models('b')) },
  ]);
});

test('O-10: the digest depends on the files alone, not on their order', () => {
  const [first = { name: '', sha256: '' }] = models('a');
  const second = { name: 'recogniser-tiny', sha256: 'b'.repeat(64) };
  expect(digestOf([first, second])).toBe(digestOf([second, first]));
  expect(digestOf([first])).not.toBe(digestOf([first, second]));
});
