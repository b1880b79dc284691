import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withWeights, type DocumentClass } from '@docfleet/contracts';
import type { Clock } from '@docfleet/domain';
import type { TrainedClasses } from '../ports.ts';

/**
 * The classes with the weights of `<class>.v<version>.json` in a folder in the place of their own; classes without a file
 * keep theirs. The digest of a folder without weights is null.
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
    digest: trained.size === 0 ? null : digest.digest('hex').slice(0, 8),
  };
}

/** Interval at which a folder is read again, in milliseconds. */
const readAgainMs = 10_000;

export interface FollowedWeights {
  readonly folder: string;
  readonly classes: readonly DocumentClass[];
  readonly clock: Pick<Clock, 'now'>;
  /** Told when other weights come into use. */
  readonly onChange: (digest: string | null) => void;
  /** Told once of each problem; the weights before stay in use. */
  readonly onProblem: (error: unknown) => void;
}

/**
 * The classes with the weights that a folder has now: it is read again when a run begins, at most every ten seconds. So
 * weights that are published come into use, and are taken back, without a restart.
 * @throws Error as `readWeightsFolder` does, but only here: later the weights before stay
 */
export function followWeightsFolder(options: FollowedWeights): () => TrainedClasses {
  const { folder, classes, clock, onChange, onProblem } = options;
  let current = readWeightsFolder(folder, classes);
  let readAt = clock.now();
  let problem: string | undefined;
  return () => {
    if (clock.now() - readAt < readAgainMs) return current;
    readAt = clock.now();
    try {
      const read = readWeightsFolder(folder, classes);
      problem = undefined;
      if (read.digest === current.digest) return current;
      current = read;
      onChange(read.digest);
    } catch (error) {
      const message = String(error);
      if (message !== problem) onProblem(error);
      problem = message;
    }
    return current;
  };
}

function fileOf({ name, version }: DocumentClass): string {
  return `${name}.v${version}.json`;
}
