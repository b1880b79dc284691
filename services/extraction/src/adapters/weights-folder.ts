import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withWeights, type DocumentClass } from '@docfleet/contracts';

/** Document classes with weights of a folder, and a digest of these. */
export interface TrainedClasses {
  readonly classes: readonly DocumentClass[];
  /** Eight hexadecimal digits. */
  readonly digest: string;
}

/**
 * The classes with the weights of `<class>.v<version>.json` in a folder in the place of their own; classes without a file
 * keep theirs.
 * @throws Error that names the file and what is wrong with it, when a file is for no class or is not valid
 */
export function readWeightsFolder(folder: string, classes: readonly DocumentClass[]): TrainedClasses {
  const digest = createHash('sha256');
  const trained = new Map<string, DocumentClass>();
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()) {
    const path = join(folder, file);
    const own = classes.find((each) => fileOf(each) === file);
    if (own === undefined) {
      throw new Error(`${path} is for no class; expected one of ${classes.map(fileOf).join(', ')}.`);
    }
    const json = readFileSync(path, 'utf8');
    try {
      trained.set(file, withWeights(own, json));
    } catch (cause) {
      throw new Error(`${path}: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
    }
    digest.update(`${file}\n${json}\n`);
  }
  return {
    classes: classes.map((each) => trained.get(fileOf(each)) ?? each),
    digest: digest.digest('hex').slice(0, 8),
  };
}

function fileOf({ name, version }: DocumentClass): string {
  return `${name}.v${version}.json`;
}
