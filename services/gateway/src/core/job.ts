import type { CompletedDocument, PageProgress, Run, RunOverview, RunSummary } from '@docfleet/contracts';
import { classSources, isoOf, lanes, runStatuses, stageNames, verdicts } from '@docfleet/domain';
import { z } from 'zod';
import { pagesOf } from './page-progress.ts';
import type { QueueEstimate } from './queue-estimate.ts';

const instant = z.iso.datetime();

const fieldSchema = z.object({
  name: z.string(),
  type: z.string(),
  value: z.string().describe('As printed on the page.'),
  normalised: z.string(),
  confidence: z.number(),
  page: z.int().describe('From 1.'),
  box: z.array(z.number()).describe('Left, top, right and bottom, in pixels of the page image.'),
  source: z
    .enum(['machine', 'person'])
    .optional()
    .describe('Who gave the value. Absent in jobs of releases without reviews.'),
});

const documentSchema = z.object({
  index: z.int().describe('From 1.'),
  documentClass: z.string(),
  classVersion: z.int(),
  confidence: z.number(),
  firstPage: z.int(),
  lastPage: z.int(),
  classSource: z
    .enum(classSources)
    .optional()
    .describe(
      '`submitted`: the submission, or a person in a review, named the class. Absent in jobs of earlier releases.',
    ),
  verdict: z.enum(verdicts),
  findings: z.array(z.string()),
  gaps: z.array(z.string()).describe('What was found or expected on the pages but not extracted.'),
  fields: z.array(fieldSchema),
});

const stageProgressSchema = z.object({ stagesDone: z.int(), stagesTotal: z.int() });

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
    progress: stageProgressSchema,
    verdict: z.enum(verdicts).nullable(),
    failure: z.object({ code: z.string(), message: z.string() }).nullable(),
    fileName: z.string().nullable().describe('Null also for fleet roles.'),
    pageCount: z.int().describe('0 until it is known.'),
    createdAt: instant,
    endedAt: instant.nullable(),
    links: z.object({
      self: z.string(),
      events: z.string(),
      cancel: z.string().nullable(),
      artifacts: z.string().nullable(),
    }),
  })
  .meta({ id: 'JobSummary' });

const seconds = z.number().nullable();

const queueSchema = z
  .object({
    position: z
      .int()
      .describe('Among the documents of its lane in the order in which they should end; 1 is the next.'),
    etaSeconds: seconds.describe(
      'Estimated time to its end; null while nothing is known to estimate it from.',
    ),
    etaLowSeconds: seconds.describe('Nine of ten documents take longer.'),
    etaHighSeconds: seconds.describe('Nine of ten documents take less.'),
  })
  .meta({ id: 'QueueEstimate' });

export const jobSchema = jobSummarySchema
  .extend({
    progress: stageProgressSchema.extend({
      stage: z
        .string()
        .nullable()
        .describe('The stage that has told of its pages; null: none that works on the job.'),
      pagesDone: z.int().nullable(),
      pageCount: z.int().nullable().describe('0 until it is known.'),
    }),
    queue: queueSchema
      .nullable()
      .describe(
        'Null when the job has ended, its place is not known, or the answer is not that of reading a job.',
      ),
    documents: z.array(documentSchema),
    fieldsOmitted: z
      .boolean()
      .describe(
        'True when fields are left out: there are too many (read them from result.json), or the role may not read them.',
      ),
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

/** The summary of a job; `fileName` is null for a run without content. */
export function jobSummaryOf(run: Omit<RunSummary, 'fileName'> & Partial<Pick<Run, 'fileName'>>): JobSummary {
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
    // The first stage tells that it has the run only with its result.
    stage: run.stage ?? (ended ? null : stageNames[0]),
    progress: { stagesDone: run.stagesDone, stagesTotal: stageNames.length },
    verdict: run.verdict,
    failure: run.failureCode === null ? null : { code: run.failureCode, message: run.failureMessage ?? '' },
    fileName: run.fileName ?? null,
    pageCount: run.pageCount,
    createdAt: isoOf(run.createdAt),
    endedAt: run.endedAt === null ? null : isoOf(run.endedAt),
    links: {
      self,
      events: `${self}/events`,
      cancel: ended ? null : `${self}/cancel`,
      artifacts: ended && run.status !== 'rejected' ? `${self}/artifacts` : null,
    },
  };
}

/** What is known of a running job besides its row. */
export interface LiveJob {
  /** Of the run, as far as the topic is to be believed. */
  readonly pages?: PageProgress | undefined;
  readonly queue?: QueueEstimate | null;
  /** Of a run that waits for a person: what the machine found. */
  readonly inReview?: readonly CompletedDocument[] | undefined;
}

export function jobOf(run: Run, { pages, queue = null, inReview }: LiveJob = {}): Job {
  const summary = jobSummaryOf(run);
  return {
    ...summary,
    verdict: inReview === undefined ? summary.verdict : 'review',
    progress: { ...summary.progress, ...pageFields(pagesOf(run, pages)) },
    queue,
    documents: (inReview ?? run.result?.documents ?? []).map((document) => ({
      ...document,
      findings: [...document.findings],
      gaps: [...document.gaps],
      fields: document.fields.map(({ source, ...field }) => ({
        ...field,
        box: [...field.box],
        ...((source === 'machine' || source === 'person') && { source }),
      })),
    })),
    fieldsOmitted: run.result?.fieldsOmitted ?? false,
    engines: [...(run.result?.engines ?? [])],
    timings: [...run.timings],
  };
}

/** The job as fleet roles see it: no documents, fields, file name or engines. */
export function jobWithoutContent({ timings, ...run }: RunOverview, { pages }: LiveJob = {}): Job {
  // A whole run also fits the parameter: its file name must not pass.
  const summary = jobSummaryOf({ ...run, fileName: null });
  return {
    ...summary,
    progress: { ...summary.progress, ...pageFields(pagesOf(run, pages)) },
    queue: null,
    documents: [],
    fieldsOmitted: true,
    engines: [],
    timings: [...timings],
  };
}

function pageFields(pages: PageProgress | null): Pick<Job['progress'], 'stage' | 'pagesDone' | 'pageCount'> {
  return {
    stage: pages?.stage ?? null,
    pagesDone: pages?.pagesDone ?? null,
    pageCount: pages?.pageCount ?? null,
  };
}
