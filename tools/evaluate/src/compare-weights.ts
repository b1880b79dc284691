import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compare, predict, type Comparison } from '@docfleet/class-training';
import { withWeights, type DocumentClass } from '@docfleet/contracts';
import { loadDocuments } from '@docfleet/train';
import { EvaluationError, readLabels } from './labels.ts';

export interface WeightsToCompare {
  /** File with weights by field, as training writes them. */
  readonly afterFile: string;
  /** The same; undefined: the weights of this release. */
  readonly beforeFile: string | undefined;
  /** Label whose values make the groups that count the same. */
  readonly groupBy: string;
}

/**
 * Reads every document of a labelled folder with two sets of weights, without a fleet: from `readings.jsonl` of the folder.
 * @throws EvaluationError when labels, readings or weights cannot be used
 */
export function compareWeights(
  folder: string,
  { afterFile, beforeFile, groupBy }: WeightsToCompare,
): Comparison {
  const { documentClass } = readLabels(folder, Infinity);
  const readings = join(folder, 'readings.jsonl');
  if (!existsSync(readings))
    throw new EvaluationError(`${readings} does not exist: npm run readings -- ${folder} writes it`);
  const before = beforeFile === undefined ? documentClass : weighted(documentClass, beforeFile);
  const after = weighted(documentClass, afterFile);
  const labels = join(folder, 'labels.jsonl');
  const documents = loadDocuments(documentClass, { labels, readings, groupBy });
  return compare(
    predict(documentClass, documents, () => before),
    predict(documentClass, documents, () => after),
  );
}

function weighted(documentClass: DocumentClass, file: string): DocumentClass {
  try {
    return withWeights(documentClass, readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new EvaluationError(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}
