import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fetchModels, modelFiles } from '@docfleet/models';

/**
 * Sees to it that the models are there: those of `given` have to be, the others are fetched when one is missing.
 *
 * @throws Error that says what is missing, or why it could not be fetched, and what to do
 */
export async function ensureModels(options: {
  /** MODELS_DIR, a folder that somebody else fills. */
  readonly given: string | undefined;
  readonly folder: string;
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { given, folder, report, signal } = options;
  if (given !== undefined && given !== '') {
    if (existsSync(join(given, 'models.json'))) return;
    throw new Error(
      `MODELS_DIR names ${given}, which has no models.json; npm run models -- --to ${given} fills it.`,
    );
  }
  const names = ['models.json', ...modelFiles.map(({ file }) => file)];
  if (names.every((name) => existsSync(join(folder, name)))) return;
  report('The models are fetched, once for this machine:');
  try {
    await fetchModels({ directory: folder, report, signal });
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    const otherwise =
      'Without a network, MODELS_DIR may name a folder that npm run models -- --to <folder> has filled.';
    throw new Error(`The models are missing: ${why}. ${otherwise}`, { cause: error });
  }
}
