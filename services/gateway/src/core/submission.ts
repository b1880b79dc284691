import { createHash } from 'node:crypto';
import { submittedClasses, type DocumentSubmitted, type Run } from '@docfleet/contracts';
import {
  cleanText,
  hasPlainNames,
  isIdentifier,
  isReservedRequestId,
  lanes,
  readingRoutes,
  reviewChoices,
  reservedRequestIdMessage,
  runIdOf,
  type ObjectRef,
} from '@docfleet/domain';
import { z } from 'zod';

/** Printable ASCII without spaces, because it is also used in headers and logs. */
export const clientId = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, '1 to 200 printable ASCII characters without spaces');

/** Checked before the names are cleaned: afterwards two of them may be one. */
export function distinctNames(given: unknown, context: z.core.$RefinementCtx): unknown {
  if (typeof given !== 'object' || given === null || hasPlainNames(Object.keys(given))) return given;
  context.addIssue({
    code: 'custom',
    message: 'names that differ only in control characters, or the name __proto__',
  });
  return z.NEVER;
}

export const submissionOptions = z.object({
  requestId: clientId
    .refine((requestId) => !isReservedRequestId(requestId), reservedRequestIdMessage)
    .optional()
    .describe(
      'Idempotency key: the same requestId is the same job. Also accepted as header Idempotency-Key. The forms batch-<id>-<number> and drop-<digest> are those of files of batches and drop folders.',
    ),
  lane: z.enum(lanes).default('normal'),
  documentId: clientId.optional().describe("The client's own id of the document."),
  route: z.enum(readingRoutes).optional().describe('How much processing time is spent on reading a page.'),
  expectations: z
    .preprocess(
      distinctNames,
      z
        .record(z.string().min(1).max(100).overwrite(cleanText), z.string().max(500).overwrite(cleanText))
        .refine((expected) => Object.keys(expected).length <= 50, 'at most 50 expectations'),
    )
    .default({})
    .describe('Values that the document is expected to show, by name, such as fullName.'),
  documentClass: z
    .enum(submittedClasses)
    .optional()
    .describe('The class of the document, where the caller knows it; otherwise it is found out.'),
  checks: z
    .boolean()
    .default(true)
    .describe(
      'Whether the rules of the class and the expectations are checked. Without, the verdict is at best `review`.',
    ),
  review: z
    .enum(reviewChoices)
    .default('tenant')
    .describe(
      'Whether a person may have to look at the result before the job ends: as the tenant has it (`tenant`), or `never`.',
    ),
  callbackUrl: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .refine((url) => isIdentifier(url, 2048), 'no control characters')
    .optional(),
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, 'a region name of a-z, 0-9 and dashes')
    .optional()
    .describe('Rejected with 421 when it is not the region of this fleet.'),
});

export const jsonSubmission = submissionOptions
  .extend({
    source: z.strictObject({
      uri: z.string().startsWith('s3://').max(1200),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/, '64 hex digits in lower case')
        .optional(),
    }),
    fileName: z.string().max(255).optional(),
  })
  .strict()
  .meta({ id: 'Submission' });

/** For the documentation: a submission's routes take the key as a header, too. */
export const idempotencyHeaders = z.object({
  'idempotency-key': clientId.optional().describe('Stands for `requestId`, where the body has none.'),
});

export type SubmissionOptions = z.infer<typeof submissionOptions>;

/** The tenant and the requestId of a submission. */
export interface Submitter {
  readonly tenantId: string;
  /** The client's, or one generated for this request. */
  readonly requestId: string;
}

/**
 * Digest (SHA-256, hex) that tells a repeated submission from a conflicting one: the file and every option that
 * influences its processing. The file name is not part of it.
 */
export function digestOf(source: { uri?: string; sha256: string }, options: SubmissionOptions): string {
  const { lane, documentId, route, expectations, callbackUrl, region } = options;
  const sorted = Object.entries(expectations).sort(([a], [b]) => (a < b ? -1 : 1));
  const facts = [
    source.uri ?? null,
    source.sha256,
    lane,
    documentId,
    route,
    sorted,
    callbackUrl,
    region,
    ...understandingOf(options),
  ];
  return createHash('sha256')
    .update(JSON.stringify(facts.map((fact) => fact ?? null)))
    .digest('hex');
}

/**
 * What digests have of the class, the checks and the review: nothing where none is given, because rows of earlier releases
 * have digests without them.
 */
export function understandingOf({
  documentClass,
  checks,
  review,
}: Pick<SubmissionOptions, 'documentClass' | 'checks' | 'review'>): readonly unknown[] {
  if (review !== 'tenant') return [documentClass ?? null, checks, review];
  return documentClass === undefined && checks ? [] : [documentClass ?? null, checks];
}

/** The first row of a run: accepted by the API, not yet acknowledged by the broker. */
export function firstRun(
  submitter: Submitter,
  submission: {
    readonly input: ObjectRef;
    readonly digest: string;
    readonly options: SubmissionOptions;
    readonly fileName: string | null;
    readonly region: string;
    readonly at: number;
    readonly runExpiryMs: number;
  },
): Run {
  const { input, digest, options, fileName, region, at, runExpiryMs } = submission;
  return {
    runId: runIdOf(submitter.tenantId, submitter.requestId),
    tenantId: submitter.tenantId,
    requestId: submitter.requestId,
    documentId: options.documentId ?? null,
    lane: options.lane,
    status: 'accepted',
    revision: 1,
    round: 0,
    stage: null,
    attempt: 0,
    stagesDone: 0,
    verdict: null,
    failureCode: null,
    failureMessage: null,
    fileName,
    input,
    submissionDigest: digest,
    region: options.region ?? region,
    route: options.route ?? null,
    callbackUrl: options.callbackUrl ?? null,
    expectations: options.expectations,
    documentClass: options.documentClass ?? null,
    checks: options.checks,
    review: options.review,
    claimDate: null,
    acceptedAt: null,
    createdAt: at,
    updatedAt: at,
    endedAt: null,
    expiresAt: at + runExpiryMs,
    timings: [],
    result: null,
    outcomeId: null,
    bundle: null,
    pageCount: 0,
    acknowledged: false,
  };
}

/** The record of a submission, made from its row, so that it can be published again byte for byte. */
export function submittedOf(run: Run): DocumentSubmitted {
  return {
    tenantId: run.tenantId,
    requestId: run.requestId,
    documentId: run.documentId,
    source: {
      uri: run.input?.uri ?? '',
      sha256: run.input === null || run.input.sha256 === '' ? null : run.input.sha256,
    },
    fileName: run.fileName,
    region: run.region,
    callbackUrl: run.callbackUrl,
    route: run.route,
    expectations: run.expectations,
    submittedAt: run.createdAt,
    documentClass: run.documentClass,
    checks: run.checks,
    review: run.review,
  };
}

/** The last part of a file name, without control characters, for display; null when nothing is left. */
export function tidyFileName(name: string | undefined): string | null {
  const last = (name ?? '').split(/[\\/]/).at(-1) ?? '';
  // Cut before it is cleaned, since a cut may leave half a character.
  const tidy = cleanText(
    last
      .replaceAll(/\p{Cc}/gu, '')
      .trim()
      .slice(0, 255),
  );
  return tidy === '' ? null : tidy;
}
