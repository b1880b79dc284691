import type { BatchState, Box, Coverage, Finding, ObjectRef, RunStatus, Verdict } from '@docfleet/domain';

/** A value found in a document; the box is in pixels of the page image. */
export interface ReportField {
  readonly name: string;
  readonly type: string;
  readonly value: string;
  readonly normalised: string;
  readonly confidence: number;
  /** From 1. */
  readonly page: number;
  readonly box: Box;
}

/** A document found in a file. */
export interface ReportDocument {
  readonly index: number;
  readonly documentClass: string;
  readonly firstPage: number;
  readonly lastPage: number;
  readonly verdict: Verdict | null;
  readonly findings: readonly Finding[];
  readonly gaps: readonly string[];
  /** Null where the document was not judged. */
  readonly coverage: Coverage | null;
  readonly fields: readonly ReportField[];
}

/** Hashes of a result (D-11), lower-case hex. */
export interface ReportHashes {
  /** As `result.json` says. */
  readonly stated: string;
  /** Computed again from the documents of `result.json`. */
  readonly computed: string;
  /** As `evidence_registry.json` says. */
  readonly evidence: string;
}

/** The image of a page, as stored. */
export interface ReportPage {
  readonly page: number;
  readonly image: ObjectRef;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** One file of a batch, which is a run of its own. */
export interface ReportFile {
  /** Position in the batch, from 1. */
  readonly n: number;
  readonly name: string;
  /** SHA-256 of the file; null where it is not known. */
  readonly sha256: string | null;
  readonly sizeBytes: number | null;
  readonly runId: string | null;
  readonly status: RunStatus;
  readonly verdict: Verdict | null;
  readonly failure: { readonly code: string; readonly message: string } | null;
  /** Times in milliseconds since the epoch; null until they are reached. */
  readonly acceptedAt: number | null;
  readonly endedAt: number | null;
  /** Time in which stages worked on it, in milliseconds. */
  readonly activeMs: number;
  readonly pageCount: number;
  /** Null for a file without a result. */
  readonly hashes: ReportHashes | null;
  readonly documents: readonly ReportDocument[];
  readonly pages: readonly ReportPage[];
}

/** Everything that the reports of a batch are made of. */
export interface BatchReportInput {
  readonly batchId: string;
  readonly tenantId: string;
  readonly state: Exclude<BatchState, 'DRAFT'>;
  readonly requester: {
    readonly name: string | null;
    readonly email: string | null;
    readonly notes: string | null;
  };
  readonly period: string | null;
  /** Free fields of the batch, such as municipality or department. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly endedAt: number | null;
  /** In the order of their numbers. */
  readonly files: readonly ReportFile[];
}
