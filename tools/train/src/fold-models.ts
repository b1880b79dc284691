import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readModelFolder } from '@docfleet/codegen';
import type { DocumentClass } from '@docfleet/contracts';
import { scorerOf, type LearnedScorer } from '@docfleet/field-extraction';
import { z } from 'zod';
import { TrainingError } from './training-error.ts';

const foldsOfGroups = z.record(z.string(), z.int().nonnegative());

/**
 * The learned models of folds in a folder, as the programs in tools/learn write them: `folds.json` says the fold of each
 * group, and `fold<k>` has models that have learned from all other folds. Gives the scorers of a group; undefined for a
 * group that is in no fold, which the models of the class do not know either.
 * @throws TrainingError, ClassFileError naming the file
 */
export function foldModels(
  folder: string,
  documentClass: DocumentClass,
): (group: string) => readonly LearnedScorer[] | undefined {
  const folds = readFolds(join(folder, 'folds.json'));
  const built = new Map(
    [...new Set(Object.values(folds))].map((fold) => [
      fold,
      readModelFolder(join(folder, `fold${fold}`), documentClass).map(scorerOf),
    ]),
  );
  return (group) => {
    const fold = folds[group];
    return fold === undefined ? undefined : built.get(fold);
  };
}

function readFolds(path: string): Readonly<Record<string, number>> {
  try {
    return foldsOfGroups.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new TrainingError(`${path} does not say the fold of each group: {"group": 0, ...}`, {
      cause: error,
    });
  }
}
