import type { Batch, BatchCursor, BatchFileWithRun, BatchSummary } from '@docfleet/contracts';
import {
  batchStates,
  isBatchEnd,
  isoOf,
  runStatuses,
  stageNames,
  verdicts,
  type BatchCounts,
} from '@docfleet/domain';
import { z } from 'zod';

const instant = z.iso.datetime();

const counts = z.object({
  files: z.int(),
  waiting: z.int(),
  running: z.int(),
  inReview: z.int().describe('A person looks at them before they end.'),
  completed: z.int(),
  failed: z.int().describe('Failed, expired or rejected.'),
  cancelled: z.int(),
});

const summary = z.object({
  batchId: z.string(),
  requestId: z.string(),
  state: z.enum(batchStates),
  revision: z.int().describe('How often the batch has ended: a file that is redriven opens it again.'),
  counts,
  createdAt: instant,
  acceptedAt: instant.nullable().describe('Null for a draft.'),
  endedAt: instant.nullable(),
  expiresAt: instant.nullable().describe('When a draft expires that was not started.'),
  links: z.object({
    self: z.string(),
    cancel: z.string().nullable(),
    start: z.string().nullable(),
  }),
});

export const batchSummarySchema = summary.meta({ id: 'BatchSummary' });

const file = z.object({
  n: z.int().describe('From 1, in the order of the files.'),
  fileName: z.string().nullable(),
  documentId: z.string().nullable(),
  runId: z.string().describe('In a draft, of the job that the file will be.'),
  sha256: z.string().nullable().describe('Null where nobody knows it: of a reference without one.'),
  sizeBytes: z.int().nullable(),
  status: z.enum(runStatuses).nullable().describe('Null in a draft.'),
  stage: z.string().nullable(),
  progress: z.object({ stagesDone: z.int(), stagesTotal: z.int() }),
  verdict: z.enum(verdicts).nullable(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  pageCount: z.int(),
  endedAt: instant.nullable(),
  erased: z.boolean().describe('The job was erased; its status stays.'),
  links: z.object({ job: z.string().nullable() }),
});

export const batchFileSchema = file.meta({ id: 'BatchFile' });

export const batchSchema = summary
  .extend({
    metadata: z.object({
      requester: z
        .object({
          name: z.string().nullable(),
          email: z.string().nullable(),
          notes: z.string().nullable(),
        })
        .nullable(),
      period: z.string().nullable(),
      fields: z.record(z.string(), z.string()),
    }),
    files: z.array(file),
  })
  .meta({ id: 'Batch' });

export const batchPageSchema = z
  .object({
    batches: z.array(batchSummarySchema),
    next: z.string().nullable().describe('Cursor of the next page; null on the last one.'),
  })
  .meta({ id: 'BatchPage' });

export function batchSummaryOf(batch: BatchSummary): z.infer<typeof batchSummarySchema> {
  const self = `/v1/batches/${batch.batchId}`;
  return {
    batchId: batch.batchId,
    requestId: batch.requestId,
    state: batch.state,
    revision: batch.revision,
    // Rows of releases without reviews have no such count.
    counts: { ...batch.counts, inReview: (batch.counts as Partial<BatchCounts>).inReview ?? 0 },
    createdAt: isoOf(batch.createdAt),
    acceptedAt: batch.acceptedAt === null ? null : isoOf(batch.acceptedAt),
    endedAt: batch.endedAt === null ? null : isoOf(batch.endedAt),
    expiresAt: batch.expiresAt === null ? null : isoOf(batch.expiresAt),
    links: {
      self,
      cancel: isBatchEnd(batch.state) ? null : `${self}/cancel`,
      start: batch.state === 'DRAFT' ? `${self}/start` : null,
    },
  };
}

export function batchFileOf({ run, ...of }: BatchFileWithRun): z.infer<typeof batchFileSchema> {
  return {
    n: of.n,
    fileName: of.fileName,
    documentId: of.documentId,
    runId: of.runId,
    sha256: of.input?.sha256 === '' ? null : (of.input?.sha256 ?? null),
    sizeBytes: of.input?.sizeBytes ?? null,
    status: run?.status ?? of.status,
    stage: run?.stage ?? null,
    progress: { stagesDone: run?.stagesDone ?? 0, stagesTotal: stageNames.length },
    verdict: run?.verdict ?? null,
    failure: failureOf(run),
    pageCount: run?.pageCount ?? 0,
    endedAt: typeof run?.endedAt === 'number' ? isoOf(run.endedAt) : null,
    erased: of.erasedAt !== null,
    links: { job: run === null ? null : `/v1/jobs/${of.runId}` },
  };
}

function failureOf(run: BatchFileWithRun['run']): { code: string; message: string } | null {
  const code = run?.failureCode ?? null;
  return code === null ? null : { code, message: run?.failureMessage ?? '' };
}

export function batchOf(batch: Batch, files: readonly BatchFileWithRun[]): z.infer<typeof batchSchema> {
  const { requester, period, fields } = batch.metadata;
  return {
    ...batchSummaryOf(batch),
    metadata: { requester: requester && { ...requester }, period, fields: { ...fields } },
    files: files.map(batchFileOf),
  };
}

/** Encodes a cursor for clients: opaque and safe in a URL. */
export function writeBatchCursor({ createdAt, batchId }: BatchCursor): string {
  return Buffer.from(`${String(createdAt)}/${batchId}`).toString('base64url');
}

/** Decodes a cursor; undefined for any other text. */
export function readBatchCursor(text: string): BatchCursor | undefined {
  const [, createdAt, batchId] =
    /^(\d{1,15})\/([0-9a-f-]{36})$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  return createdAt === undefined || batchId === undefined
    ? undefined
    : { createdAt: Number(createdAt), batchId };
}
