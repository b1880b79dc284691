import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import {
  compare,
  differencesOf,
  predict,
  scoredDocument,
  type Comparison,
  type Difference,
  type LabelledDocument,
  type ScoredDocuments,
} from '@docfleet/class-training';
import { withWeights, type DocumentClass } from '@docfleet/contracts';
import { loadDocuments } from '@docfleet/train';
import { z } from 'zod';
import { EvaluationError, readLabels } from './labels.ts';

export interface VersionsToCompare {
  /** Weights by field, as training writes them, or predictions (`.jsonl`), as `--predictions` and `--out` write them. */
  readonly afterFile: string;
  /** The same; undefined: the weights of this release. */
  readonly beforeFile: string | undefined;
  /** Label whose values make the groups that count the same. */
  readonly groupBy: string;
}

export interface ComparedVersions extends Comparison {
  /** Every value that differs, document by document. */
  readonly differences: readonly Difference[];
}

/**
 * Compares two versions on a labelled folder, without a fleet. Weights read the documents from `readings.jsonl` of the
 * folder; predictions are taken as they are.
 * @throws EvaluationError when labels, readings, weights or predictions cannot be used
 */
export function compareVersions(
  folder: string,
  { afterFile, beforeFile, groupBy }: VersionsToCompare,
): ComparedVersions {
  const { documentClass, mapping } = readLabels(folder, Infinity);
  const documents = documentsIn(folder, documentClass, {
    groupBy,
    needsReadings: beforeFile === undefined || ![beforeFile, afterFile].every(isPredictions),
  });
  const before =
    beforeFile === undefined
      ? predict(documentClass, documents, () => documentClass)
      : readWith(beforeFile, documentClass, documents);
  const after = readWith(afterFile, documentClass, documents);
  return { ...compare(before, after), differences: differencesOf(documents, mapping, { before, after }) };
}

function isPredictions(file: string): boolean {
  return extname(file) === '.jsonl';
}

function documentsIn(
  folder: string,
  documentClass: DocumentClass,
  { groupBy, needsReadings }: { readonly groupBy: string; readonly needsReadings: boolean },
): readonly LabelledDocument[] {
  const readings = join(folder, 'readings.jsonl');
  if (needsReadings && !existsSync(readings))
    throw new EvaluationError(`${readings} does not exist: npm run readings -- ${folder} writes it`);
  const labels = join(folder, 'labels.jsonl');
  return loadDocuments(documentClass, {
    ...{ labels, groupBy },
    ...(needsReadings ? { readings } : { withoutPages: true }),
  });
}

function readWith(
  file: string,
  documentClass: DocumentClass,
  documents: readonly LabelledDocument[],
): ScoredDocuments {
  if (!isPredictions(file)) {
    const weighted = withFile(documentClass, file);
    return predict(documentClass, documents, () => weighted);
  }
  const predictions = readPredictions(file);
  const mapping = documentClass.evaluation?.fields ?? [];
  return {
    documents: documents.map((document) => {
      const given = predictions.get(document.id) ?? {};
      const values = mapping.flatMap(({ label, field }) => {
        const value = given[label] ?? null;
        return value === null || value === ''
          ? []
          : [{ name: field, value, normalised: value, confidence: 1 }];
      });
      return { ...scoredDocument(documentClass, document, values), judged: [] };
    }),
  };
}

function withFile(documentClass: DocumentClass, file: string): DocumentClass {
  try {
    return withWeights(documentClass, readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new EvaluationError(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

const prediction = z.object({ id: z.coerce.string(), fields: z.record(z.string(), z.string().nullable()) });

function readPredictions(file: string): ReadonlyMap<string, Readonly<Record<string, string | null>>> {
  const lines = readFileSync(file, 'utf8').split('\n');
  return new Map(
    lines.flatMap((line, index) => {
      if (line.trim() === '') return [];
      try {
        const { id, fields } = prediction.parse(JSON.parse(line));
        return [[id, fields] as const];
      } catch (cause) {
        throw new EvaluationError(`${file}, line ${index + 1}: not a prediction {"id", "fields"}`, { cause });
      }
    }),
  );
}
