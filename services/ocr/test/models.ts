import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const repository = resolve(import.meta.dirname, '../../..');

/** The folder of the models: MODELS_DIR, else the local stack's, fetched when it is not complete. */
export async function modelsDirectory(): Promise<string> {
  // eslint-disable-next-line no-restricted-properties -- tests have no main.ts that could pass it on
  const given = process.env['MODELS_DIR'];
  if (given !== undefined) return given;
  const directory = resolve(repository, '.docfleet/models');
  const tool = resolve(repository, 'tools/models/src/main.ts');
  await promisify(execFile)(process.execPath, ['--conditions=docfleet-source', tool, '--to', directory]);
  return directory;
}
