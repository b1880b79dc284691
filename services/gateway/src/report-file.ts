import type { BatchFileWithRun } from '@docfleet/contracts';
import type { Box, Coverage, Finding, ObjectRef, Verdict } from '@docfleet/domain';
import type { ReportFile } from '@docfleet/reports';

/** What was read of the artifacts of a run's ending. */
export interface RunArtifactsRead {
  readonly result: {
    readonly resultHash: string;
    readonly computedHash: string;
    readonly documents: readonly {
      readonly index: number;
      readonly documentClass: string;
      readonly firstPage: number;
      readonly lastPage: number;
      readonly verdict: Verdict | null;
      readonly findings: readonly Finding[];
      readonly gaps: readonly string[];
      readonly fields: readonly {
        readonly name: string;
        readonly type: string;
        readonly value: string;
        readonly normalised: string;
        readonly confidence: number;
        readonly provenance: { readonly page: number; readonly box: Box };
      }[];
    }[];
  };
  readonly evidence: {
    readonly resultHash: string;
    readonly pages: readonly {
      readonly page: number;
      readonly image: ObjectRef | null;
      readonly widthPx: number | null;
      readonly heightPx: number | null;
    }[];
  };
  readonly coverage: { readonly documents: readonly (Coverage & { readonly document: number })[] };
}

/** What the reports of a batch say of one file; without artifacts, or a run, only what is known of it. */
export function reportFileOf(file: BatchFileWithRun, read: RunArtifactsRead | undefined): ReportFile {
  const { n, fileName, runId, input, run } = file;
  const row = {
    n,
    name: fileName ?? runId,
    sha256: input === null || input.sha256 === '' ? null : input.sha256,
    sizeBytes: input?.sizeBytes ?? null,
    runId,
    status: run?.status ?? file.status ?? 'accepted',
    verdict: run?.verdict ?? null,
    failure: failureOf(run),
    acceptedAt: run?.acceptedAt ?? null,
    endedAt: run?.endedAt ?? null,
    activeMs: (run?.timings ?? []).reduce((sum, { activeMs }) => sum + activeMs, 0),
    pageCount: run?.pageCount ?? 0,
  };
  if (read === undefined) return { ...row, hashes: null, documents: [], pages: [] };
  const { result, evidence, coverage } = read;
  return {
    ...row,
    hashes: { stated: result.resultHash, computed: result.computedHash, evidence: evidence.resultHash },
    documents: result.documents.map((document) => ({
      ...document,
      coverage: coverageOf(coverage.documents.find((each) => each.document === document.index)),
      fields: document.fields.map(({ provenance, ...field }) => ({ ...field, ...provenance })),
    })),
    pages: evidence.pages.flatMap(({ page, image, widthPx, heightPx }) =>
      image === null || widthPx === null || heightPx === null ? [] : [{ page, image, widthPx, heightPx }],
    ),
  };
}

function failureOf(run: BatchFileWithRun['run']): ReportFile['failure'] {
  const code = run?.failureCode ?? null;
  return code === null ? null : { code, message: run?.failureMessage ?? '' };
}

function coverageOf(found: (Coverage & { readonly document: number }) | undefined): Coverage | null {
  if (found === undefined) return null;
  const { fieldsExpected, fieldsAnswered, rowsSeen, rowsExtracted, pages, pagesRead } = found;
  return { fieldsExpected, fieldsAnswered, rowsSeen, rowsExtracted, pages, pagesRead };
}
