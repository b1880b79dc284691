import type { BatchFileWithRun } from '@docfleet/contracts';
import { FailureError, resultHash, verdicts } from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';
import type { ReportFile } from '@docfleet/reports';
import { z } from 'zod';
import { artifactUri, type ArtifactName } from './core/artifacts.ts';
import { reportFileOf, type RunArtifactsRead } from './report-file.ts';

/**
 * Reads what the reports of a batch say of one file: its run, and the artifacts of its ending. A file whose artifacts are
 * gone is reported without documents.
 *
 * @throws FailureError `STORE_UNAVAILABLE`
 */
export async function readReportFile(
  store: Pick<ObjectStore, 'readJson'>,
  file: BatchFileWithRun,
  signal: AbortSignal,
): Promise<ReportFile> {
  const bundle = file.run?.bundle ?? null;
  if (bundle === null) return reportFileOf(file, undefined);
  const read = async <T>(name: ArtifactName, parse: (value: unknown) => T): Promise<T | undefined> => {
    try {
      return await store.readJson(artifactUri(bundle.uri, name), parse, signal);
    } catch (error) {
      if (error instanceof FailureError && error.code === 'SOURCE_NOT_FOUND') return undefined;
      throw error;
    }
  };
  const [result, evidence, coverage] = await Promise.all([
    read('result.json', parseResult),
    read('evidence_registry.json', (value) => evidenceFile.parse(value)),
    read('coverage_report.json', (value) => coverageFile.parse(value)),
  ]);
  if (result === undefined || evidence === undefined || coverage === undefined)
    return reportFileOf(file, undefined);
  return reportFileOf(file, { result, evidence, coverage });
}

const provenance = z.object({
  page: z.int(),
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
});

const resultFile = z.object({
  resultHash: z.string(),
  documents: z.array(
    z.object({
      index: z.int(),
      documentClass: z.string(),
      firstPage: z.int(),
      lastPage: z.int(),
      verdict: z.enum(verdicts).nullable(),
      findings: z.array(
        z.object({
          code: z.string(),
          severity: z.enum(['info', 'review', 'reject']),
          fields: z.array(z.string()),
          message: z.string(),
        }),
      ),
      gaps: z.array(z.string()),
      fields: z.array(
        z.object({
          name: z.string(),
          type: z.string(),
          value: z.string(),
          normalised: z.string(),
          confidence: z.number(),
          provenance,
        }),
      ),
    }),
  ),
});

/** The hash is computed of the documents as they stand in the file, with every key and its order. */
function parseResult(value: unknown): RunArtifactsRead['result'] {
  const parsed = resultFile.parse(value);
  const { documents } = z.object({ documents: z.array(z.unknown()) }).parse(value);
  return { ...parsed, computedHash: resultHash(documents) };
}

const evidenceFile = z.object({
  resultHash: z.string(),
  pages: z.array(
    z.object({
      page: z.int(),
      image: z
        .object({ uri: z.string(), sha256: z.string(), mediaType: z.string(), sizeBytes: z.number() })
        .nullable(),
      widthPx: z.number().nullable(),
      heightPx: z.number().nullable(),
    }),
  ),
});

const coverageFile = z.object({
  documents: z.array(
    z.object({
      document: z.int(),
      fieldsExpected: z.number(),
      fieldsAnswered: z.number(),
      rowsSeen: z.number(),
      rowsExtracted: z.number(),
      pages: z.number(),
      pagesRead: z.number(),
    }),
  ),
});
