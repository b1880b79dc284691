import { createHash } from 'node:crypto';
import type { BatchMetadata } from '@docfleet/contracts';
import { cleanText } from '@docfleet/domain';
import { z } from 'zod';
import {
  distinctNames,
  jsonSubmission,
  clientId,
  submissionOptions,
  understandingOf,
  type SubmissionOptions,
} from './submission.ts';

/** Longest texts, in UTF-16 code units. */
const maxShort = 200;
const maxNotes = 2_000;

const maxFields = 20;

const shortText = z.string().max(maxShort).overwrite(cleanText);

const metadata = z.strictObject({
  requester: z
    .strictObject({
      name: shortText.nullable().default(null),
      email: z.email().max(maxShort).nullable().default(null),
      notes: z.string().max(maxNotes).overwrite(cleanText).nullable().default(null),
    })
    .nullable()
    .default(null)
    .describe('Who wants it. It is shown with the batch and in its report, and is removed with it.'),
  period: shortText.nullable().default(null).describe('The time that the documents are about.'),
  fields: z
    .preprocess(
      distinctNames,
      z
        .record(z.string().min(1).max(100).overwrite(cleanText), shortText)
        .refine((fields) => Object.keys(fields).length <= maxFields, `at most ${String(maxFields)} fields`),
    )
    .default({})
    .describe('Free fields, such as municipality, department and year.'),
});

const noMetadata: BatchMetadata = { requester: null, period: null, fields: {} };

/** Options of every file. What identifies one document is not among them. */
const batchOptions = submissionOptions.omit({ requestId: true, documentId: true }).strict();

const batchHead = z.strictObject({
  requestId: clientId
    .optional()
    .describe('Idempotency key of the whole batch. Also accepted as header Idempotency-Key.'),
  metadata: metadata.default(noMetadata),
  options: batchOptions.prefault({}).describe('Options of every file, as for a single submission.'),
});

/** The field `batch` of a form. */
export const batchForm = batchHead;

const sources = z.array(
  jsonSubmission.shape.source.extend({
    fileName: jsonSubmission.shape.fileName,
    documentId: submissionOptions.shape.documentId,
  }),
);

/** A batch in JSON: of stored objects, or a draft. */
export function jsonBatch(maxFiles: number) {
  return batchHead
    .extend({
      sources: sources.min(1).max(maxFiles).optional().describe('Objects in a store, in their order.'),
      draft: z
        .literal(true)
        .optional()
        .describe('Instead: files are added later, then the batch is started.'),
    })
    .refine(({ sources: given, draft }) => (given === undefined) !== (draft === undefined), {
      error: 'either sources or draft',
    })
    .meta({ id: 'BatchSubmission' });
}

export type BatchHead = z.infer<typeof batchHead>;
export type BatchOptions = z.infer<typeof batchOptions>;

/** Options as they were stored with a batch. */
export function storedOptions(stored: Readonly<Record<string, unknown>>): BatchOptions {
  return batchOptions.parse(stored);
}

/** The options of the submission of one file. */
export function optionsOfFile(
  options: BatchOptions,
  file: { readonly requestId: string; readonly documentId?: string | null | undefined },
): SubmissionOptions {
  const { requestId, documentId } = file;
  return { ...options, requestId, ...(typeof documentId === 'string' ? { documentId } : {}) };
}

/**
 * Digest (SHA-256, hex) that tells a repeated batch from a conflicting one: metadata, options, and the digests of its
 * files in their order. A draft has none of the last: its files come later.
 */
export function batchDigest(head: BatchHead, files: readonly string[] | 'draft'): string {
  const { metadata: said, options } = head;
  const sorted = Object.entries(said.fields).sort(([a], [b]) => (a < b ? -1 : 1));
  const { lane, route = null, callbackUrl = null, region = null, expectations } = options;
  const expected = Object.entries(expectations).sort(([a], [b]) => (a < b ? -1 : 1));
  const { name = null, email = null, notes = null } = said.requester ?? {};
  const understanding = understandingOf(options);
  const facts = [
    ...[name, email, notes, said.period, sorted, lane, route, callbackUrl, region, expected, files],
    ...understanding,
  ];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}
