import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { recognisers, type Recogniser } from '../core/routes.ts';

const registrySchema = z.object({
  models: z.array(z.object({ name: z.string(), file: z.string(), sha256: z.string().length(64) })),
});

/** Character set of the recognisers: `any` has all scripts and takes a fifth longer. */
export const alphabets = ['latin', 'any'] as const;
export type Alphabet = (typeof alphabets)[number];

export interface ModelFiles {
  readonly digests: Readonly<Record<'detector' | Recogniser, string>>;
  /** The bytes of a model, checked against the registry's digest. */
  network(name: 'detector' | Recogniser): Promise<Uint8Array>;
  /** The characters of a recogniser's classes, from class 1 on. */
  characters(name: Recogniser): Promise<readonly string[]>;
}

/** Opens a folder with `models.json`. Reading a model throws when its file is missing or its digest differs. */
export async function openModelFiles(directory: string, alphabet: Alphabet): Promise<ModelFiles> {
  const text = await readFile(join(directory, 'models.json'), 'utf8');
  const { models } = registrySchema.parse(JSON.parse(text));
  const entryOf = (name: string): { readonly file: string; readonly sha256: string } => {
    const entry = models.find((model) => model.name === name);
    if (entry === undefined) throw new Error(`models.json has no model ${name}`);
    return entry;
  };
  const nameOf = (name: 'detector' | Recogniser): string =>
    name === 'detector' ? 'detector-tiny' : `recogniser-${name}${alphabet === 'latin' ? '-latin' : ''}`;
  const checked = async (name: string): Promise<Uint8Array> => {
    const { file, sha256 } = entryOf(name);
    const bytes = await readFile(join(directory, file));
    const digest = createHash('sha256').update(bytes).digest('hex');
    if (digest !== sha256) throw new Error(`${file} has digest ${digest}; models.json expects ${sha256}`);
    return bytes;
  };
  const digestOf = (name: 'detector' | Recogniser): string => entryOf(nameOf(name)).sha256;
  const [tiny, small] = recognisers;
  return {
    digests: { detector: digestOf('detector'), tiny: digestOf(tiny), small: digestOf(small) },
    network: (name) => checked(nameOf(name)),
    async characters(name) {
      const lines = Buffer.from(await checked(`${nameOf(name)}-characters`)).toString();
      return lines.replace(/\r?\n$/, '').split(/\r?\n/);
    },
  };
}
