import {
  classSources,
  cleanText,
  fieldTypes,
  lanes,
  readingRoutes,
  reviewDecisions,
  reviewStates,
  reviewTaskStates,
} from '@docfleet/domain';
import { changeKinds, maxChangesOfCall, reviewChangeSchema, sendBackStages } from '@docfleet/review-work';
import { z } from 'zod';
import { queryInteger } from './query-integer.ts';

const instant = z.iso.datetime();
const maxReasonLength = 1_000;
const maxPersonLength = 256;
const taskId = z.guid().toLowerCase();

/** Tasks that a call of `next` may leave out at most. */
const maxLeftOut = 100;

const className = z
  .string()
  .max(100)
  .regex(/^[a-z0-9]+(?:[_-][a-z0-9]+)*$/, 'is no name of a class');

const reason = z
  .string()
  .trim()
  .min(1)
  .max(maxReasonLength)
  .refine((text) => cleanText(text) === text, 'has characters that are no text, such as control characters');

const box = z.array(z.number());
const provenance = z.object({
  page: z.int().describe('From 1.'),
  box: box.describe('Left, top, right and bottom, in pixels of the page image; all 0: no place was marked.'),
  words: z.string(),
});

const valueSchema = z.object({
  name: z.string(),
  type: z.enum(fieldTypes),
  value: z.string().describe('As printed.'),
  normalised: z.string(),
  confidence: z.number(),
  provenance,
  source: z.string().describe('What found it; `person` for values that a person gave.'),
});

const state = z
  .enum(reviewStates)
  .describe('`removed`: the document does not have it; it stays listed and is not in the result.');

const fieldSchema = valueSchema.extend({
  state,
  original: valueSchema.nullable().describe('As the machine found it; null: it found none.'),
});

const rowSchema = z.object({
  id: z.int().describe('Its number in the document; it stays.'),
  group: z.string(),
  cells: z.record(z.string(), z.string()),
  provenance,
  state,
  original: z.object({ group: z.string(), cells: z.record(z.string(), z.string()), provenance }).nullable(),
});

export const reviewedDocumentSchema = z
  .object({
    index: z.int().describe('From 1.'),
    documentClass: z.string(),
    classVersion: z.int(),
    confidence: z.number(),
    classState: z.enum(['machine', 'changed']),
    classSource: z.enum(classSources).optional(),
    firstPage: z.int(),
    lastPage: z.int(),
    fields: z.array(fieldSchema),
    rows: z.array(rowSchema),
    rowsSeen: z.int(),
    findings: z
      .array(
        z.object({
          code: z.string(),
          severity: z.enum(['info', 'review', 'reject']),
          fields: z.array(z.string()),
          message: z.string(),
        }),
      )
      .describe('What the rules say of the values as they are now.'),
    gaps: z.array(z.string()),
  })
  .meta({ id: 'ReviewedDocument' });

export const holderSchema = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    isMe: z.boolean(),
    until: instant.describe('The claim ends then unless it is renewed.'),
  })
  .nullable()
  .describe('Who works on it; null: nobody.');

export const reviewTaskSummarySchema = z
  .object({
    taskId: z.string(),
    runId: z.string(),
    revision: z.int(),
    round: z.int().describe('How often it was sent back to a stage before.'),
    tenantId: z.string(),
    lane: z.enum(lanes),
    state: z.enum(reviewTaskStates).describe('`closed`: the job has ended otherwise, such as by a cancel.'),
    afterwards: z
      .boolean()
      .describe('The job has ended without waiting; a decision keeps the corrections and ends nothing.'),
    documentClass: z.string().describe('Of its first document.'),
    doubt: z.number().describe('How unsure the machine is, from 0 to 1.'),
    reasons: z.array(z.string()),
    pageCount: z.int(),
    fileName: z.string().nullable(),
    version: z.int().describe('Grows with every change.'),
    fourEyes: z.object({
      needed: z.boolean().describe('Two people approve it: of the documents as they are now.'),
      approvals: z.int().describe('Of the documents as they are now.'),
    }),
    holder: holderSchema,
    decision: z.enum(reviewDecisions).nullable(),
    createdAt: instant,
    updatedAt: instant,
    expiresAt: instant.describe('The job ends as expired then.'),
    links: z.object({ self: z.string(), job: z.string() }),
  })
  .meta({ id: 'ReviewTaskSummary' });

export const reviewTaskSchema = reviewTaskSummarySchema
  .extend({
    documents: z.array(reviewedDocumentSchema),
    classes: z.array(z.string()).describe('Classes that a document may get.'),
  })
  .meta({ id: 'ReviewTask' });

export const reviewTaskPageSchema = z
  .object({
    tasks: z.array(reviewTaskSummarySchema),
    next: z.string().nullable().describe('Cursor of the next page; null on the last one.'),
    counts: z
      .array(
        z.object({
          documentClass: z.string(),
          waiting: z.int(),
          held: z.int().describe('Of them, those that somebody works on.'),
          oldest: instant,
        }),
      )
      .describe('All waiting tasks of the tenant, by class.'),
  })
  .meta({ id: 'ReviewTaskPage' });

export const reviewListQuery = z.object({
  state: z.enum(reviewTaskStates).default('waiting'),
  class: className.optional(),
  lane: z.enum(lanes).optional(),
  runId: taskId.optional().describe('Tasks of this job.'),
  mine: z.enum(['true', 'false']).optional().describe('`true`: those that the caller holds.'),
  cursor: taskId.optional().describe('`next` of the previous page.'),
  limit: queryInteger({ min: 1, max: 200, byDefault: 50 }),
});

export const taskParams = z.object({ taskId });
export const taskPageParams = taskParams.extend({
  page: z
    .string()
    .regex(/^[1-9]\d{0,5}$/, 'a number from 1')
    .meta({ examples: ['1'] }),
});

export const nextTaskSchema = z
  .strictObject({
    class: className.optional().describe('Only tasks of this class.'),
    skip: z.array(taskId).max(maxLeftOut).default([]).describe('Tasks that are not wanted now.'),
  })
  .meta({ id: 'NextReviewTask' });

/** As the database counts them. */
const taskVersion = z.int().min(1).max(2_147_483_647);

export const claimRequestSchema = z
  .strictObject({
    version: taskVersion
      .optional()
      .describe('As the caller has read the task: another version is not claimed. A holder always renews.'),
  })
  .meta({ id: 'ReviewClaimRequest' });

export const claimSchema = z
  .object({ acquired: z.boolean(), holder: holderSchema, version: z.int() })
  .meta({ id: 'ReviewClaim' });

export const assignSchema = z
  .strictObject({
    to: z
      .string()
      .min(1)
      .max(maxPersonLength)
      .refine((text) => cleanText(text) === text, 'is no id')
      .describe(
        'The keyId of a key of this tenant whose role reviews, or `<subject> (<issuer>)` for a person with a token or a certificate.',
      ),
    name: z
      .string()
      .min(1)
      .max(maxPersonLength)
      .refine((text) => cleanText(text) === text, 'is no name')
      .optional(),
  })
  .meta({ id: 'ReviewAssignment' });

export const skipSchema = z.strictObject({ reason }).meta({ id: 'ReviewSkip' });

export const changesSchema = z
  .strictObject({
    version: taskVersion.describe('As the caller has read the task.'),
    changeId: z
      .guid()
      .toLowerCase()
      .optional()
      .describe('Names the call: sent again, it changes nothing further, and is answered alike.'),
    changes: z.array(reviewChangeSchema).min(1).max(maxChangesOfCall),
  })
  .meta({ id: 'ReviewChanges' });

export const decisionRequestSchema = z
  .strictObject({
    version: taskVersion.describe('As the caller has read the task.'),
    decisionId: z.guid().toLowerCase().describe('Names the decision: sent again, it is answered alike.'),
    kind: z.enum(reviewDecisions),
    reason: reason.optional(),
    stage: z.enum(sendBackStages).optional().describe('Of `send_back`: where the job begins again.'),
    documentClass: className.optional().describe('Of `send_back`: the class of every document.'),
    route: z
      .enum(readingRoutes)
      .optional()
      .describe('Of `send_back` to `ocr`: how the pages are read again.'),
  })
  .refine(({ kind, stage }) => (kind === 'send_back') === (stage !== undefined), {
    path: ['stage'],
    message: 'stands with the kind send_back, and with no other',
  })
  .refine(
    ({ kind, documentClass, route }) =>
      kind === 'send_back' || (documentClass === undefined && route === undefined),
    { path: ['kind'], message: 'documentClass and route stand with send_back only' },
  )
  .meta({
    id: 'ReviewDecisionRequest',
    examples: [{ version: 3, decisionId: '8d9f2a34-1c55-4c0f-9a67-6f2d1f0a7b11', kind: 'approve' }],
  });

export type DecisionRequest = z.infer<typeof decisionRequestSchema>;

export const decisionSchema = z
  .object({
    state: z.enum(['waiting', 'decided']).describe('`waiting`: a second person must approve as well.'),
    decision: z.enum(reviewDecisions),
    approvals: z.int(),
    outcomeId: z
      .string()
      .nullable()
      .describe('The outcome of the job; null where the decision ends nothing.'),
  })
  .meta({ id: 'ReviewDecision' });

export const historyQuery = z.object({
  cursor: z
    .string()
    .regex(/^[1-9]\d{0,17}$/, 'is not a cursor returned by this list')
    .optional()
    .describe('`next` of the previous page.'),
  limit: queryInteger({ min: 1, max: 200, byDefault: 50 }),
});

export const changedSchema = z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]).nullable();

export const historySchema = z
  .object({
    changes: z.array(
      z.object({
        id: z.string(),
        at: instant,
        actor: z.string(),
        actorName: z.string().nullable(),
        kind: z.enum(changeKinds),
        document: z.int().describe('Its index when it was changed.'),
        field: z.string().nullable().describe('`rows/<id>` for a row; null for a change of documents.'),
        before: changedSchema,
        after: changedSchema,
      }),
    ),
    decision: z
      .object({
        decisionId: z.string(),
        kind: z.enum(reviewDecisions),
        at: instant,
        actor: z.string(),
        actorName: z.string().nullable(),
        reason: z.string().nullable(),
        stage: z.string().nullable(),
        outcomeId: z.string().nullable(),
      })
      .nullable(),
    next: z.string().nullable().describe('Cursor of the next page; null on the last one.'),
  })
  .meta({ id: 'ReviewHistory' });

export const reviewPagesSchema = z
  .object({
    pages: z.array(
      z.object({
        page: z.int(),
        widthPx: z.int(),
        heightPx: z.int(),
        image: z.string().describe('Path of the image that boxes refer to.'),
        words: z.string().nullable().describe('Path of the words; null: the page was not read.'),
      }),
    ),
  })
  .meta({ id: 'ReviewPages' });

const wordSchema = z.object({ text: z.string(), box, confidence: z.number() });

export const reviewWordsSchema = z
  .object({
    page: z.int(),
    widthPx: z.int(),
    heightPx: z.int(),
    lines: z.array(wordSchema.extend({ words: z.array(wordSchema) })).describe('In reading order.'),
  })
  .meta({ id: 'ReviewWords' });
