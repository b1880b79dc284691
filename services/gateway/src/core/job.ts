import type { Run } from '@docfleet/contracts';
import { lanes, runStatuses, stageNames, verdicts } from '@docfleet/domain';
import { z } from 'zod';

const instant = z.iso.datetime();

const fieldSchema = z.object({
  name: z.string(),
  type: z.string(),
  value: z.string().describe('As printed on the page.'),
  normalised: z.string(),
  confidence: z.number(),
  page: z.int().describe('From 1.'),
  box: z.array(z.number()).describe('Left, top, right and bottom, in pixels of the page image.'),
});

const documentSchema = z.object({
  index: z.int().describe('From 1.'),
  documentClass: z.string(),
  classVersion: z.int(),
  confidence: z.number(),
  firstPage: z.int(),
  lastPage: z.int(),
  verdict: z.enum(verdicts),
  findings: z.array(z.string()),
  gaps: z.array(z.string()).describe('What was found or expected on the pages but not extracted.'),
  fields: z.array(fieldSchema),
});

export const jobSummarySchema = z
  .object({
    runId: z.string(),
    revision: z.int(),
    requestId: z.string().nullable(),
    documentId: z.string().nullable(),
    tenantId: z.string(),
    lane: z.enum(lanes),
    status: z
      .enum(runStatuses)
      .describe('`rejected`: the submission was refused before processing; `failure` has the reason.'),
    stage: z.string().nullable().describe('The stage that processes the document, or will next.'),
    progress: z.object({ stagesDone: z.int(), stagesTotal: z.int() }),
    verdict: z.enum(verdicts).nullable(),
    failure: z.object({ code: z.string(), message: z.string() }).nullable(),
    fileName: z.string().nullable(),
    pageCount: z.int().describe('0 until it is known.'),
    createdAt: instant,
    endedAt: instant.nullable(),
    links: z.object({
      self: z.string(),
      cancel: z.string().nullable(),
      artifacts: z.string().nullable(),
    }),
  })
  .meta({ id: 'JobSummary' });

export const jobSchema = jobSummarySchema
  .extend({
    documents: z.array(documentSchema),
    fieldsOmitted: z.boolean().describe('True when there are too many fields: read them from result.json.'),
    engines: z
      .array(z.string())
      .describe('What read the pages: text-layer, onnx, or tesseract as the fallback.'),
    timings: z.array(
      z.object({ stage: z.string(), attempt: z.int(), queuedMs: z.number(), activeMs: z.number() }),
    ),
  })
  .meta({ id: 'Job' });

export const jobPageSchema = z
  .object({
    jobs: z.array(jobSummarySchema),
    next: z.string().nullable().describe('Cursor of the next page; null on the last one.'),
  })
  .meta({ id: 'JobPage' });

export type JobSummary = z.infer<typeof jobSummarySchema>;
export type Job = z.infer<typeof jobSchema>;

export function jobSummaryOf(run: Run): JobSummary {
  const self = `/v1/jobs/${run.runId}`;
  const ended = run.endedAt !== null;
  return {
    runId: run.runId,
    revision: run.revision,
    requestId: run.requestId,
    documentId: run.documentId,
    tenantId: run.tenantId,
    lane: run.lane,
    status: run.status,
    stage: run.stage,
    progress: { stagesDone: run.stagesDone, stagesTotal: stageNames.length },
    verdict: run.verdict,
    failure: run.failureCode === null ? null : { code: run.failureCode, message: run.failureMessage ?? '' },
    fileName: run.fileName,
    pageCount: run.pageCount,
    createdAt: new Date(run.createdAt).toISOString(),
    endedAt: run.endedAt === null ? null : new Date(run.endedAt).toISOString(),
    links: {
      self,
      cancel: ended ? null : `${self}/cancel`,
      artifacts: ended && run.status !== 'rejected' ? `${self}/artifacts` : null,
    },
  };
}

export function jobOf(run: Run): Job {
  return {
    ...jobSummaryOf(run),
    documents: (run.result?.documents ?? []).map((document) => ({
      ...document,
      findings: [...document.findings],
      gaps: [...document.gaps],
      fields: document.fields.map((field) => ({ ...field, box: [...field.box] })),
    })),
    fieldsOmitted: run.result?.fieldsOmitted ?? false,
    engines: [...(run.result?.engines ?? [])],
    timings: [...run.timings],
  };
}
