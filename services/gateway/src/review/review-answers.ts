import type {
  ReviewChangeRow,
  ReviewDecisionRow,
  ReviewTaskOverview,
  ReviewTaskRow,
} from '@docfleet/database';
import { isoOf, type ReviewedDocument } from '@docfleet/domain';
import { beginReview, changeKinds, needsTwo } from '@docfleet/review-work';
import type { z } from 'zod';
import type {
  changedSchema,
  historySchema,
  holderSchema,
  reviewedDocumentSchema,
  reviewTaskSchema,
  reviewTaskSummarySchema,
} from '../core/review.ts';

type Holder = z.infer<typeof holderSchema>;

/** Who holds a task now, as the caller sees it. */
export function holderOfTask(
  task: Pick<ReviewTaskOverview, 'holder' | 'holderName' | 'heldUntil' | 'isHeld'>,
  caller: string,
): Holder {
  const { holder, holderName, heldUntil, isHeld } = task;
  if (!isHeld || holder === null || heldUntil === null) return null;
  return { id: holder, name: holderName, isMe: holder === caller, until: isoOf(heldUntil) };
}

/** A task as lists show it; whether two people must approve it is computed as for a decision. */
export function reviewTaskSummaryOf(
  task: ReviewTaskOverview,
  caller: string,
): z.infer<typeof reviewTaskSummarySchema> {
  const { runId, revision, round, tenantId, lane, afterwards, documentClass, doubt, pageCount } = task;
  const needed = needsTwo(task.fourEyes, task.limitedWork ?? [], task.fourEyesAbove);
  const self = `/v1/review/tasks/${task.taskId}`;
  return {
    taskId: task.taskId,
    ...{ runId, revision, round, tenantId, lane, afterwards, documentClass, doubt, pageCount },
    state: task.state,
    reasons: [...task.reasons],
    fileName: task.fileName,
    version: task.version,
    fourEyes: { needed, approvals: task.approvals },
    holder: holderOfTask(task, caller),
    decision: task.decision,
    createdAt: isoOf(task.createdAt),
    updatedAt: isoOf(task.updatedAt),
    expiresAt: isoOf(task.expiresAt),
    links: { self, job: `/v1/jobs/${runId}` },
  };
}

/** The documents of a task as they are now. */
export function documentsOfTask(
  task: Pick<ReviewTaskRow, 'work' | 'documents' | 'verdict'>,
): readonly ReviewedDocument[] {
  return task.work ?? beginReview(task.documents, task.verdict);
}

/** Whether two people must approve the documents as they are now. */
export function twoApprove(
  task: Pick<ReviewTaskRow, 'work' | 'documents' | 'verdict' | 'fourEyes' | 'context'>,
): boolean {
  return needsTwo(task.fourEyes, documentsOfTask(task), task.context.fourEyesAbove);
}

/** What lists show of a task that was read as a whole. */
export function overviewOf(task: ReviewTaskRow): ReviewTaskOverview {
  const { fileName, fourEyesAbove } = task.context;
  return { ...task, fileName, fourEyesAbove, limitedWork: documentsOfTask(task) };
}

/** A task with its documents. */
export function reviewTaskOf(
  task: ReviewTaskRow,
  { caller, classes }: { readonly caller: string; readonly classes: readonly string[] },
): z.infer<typeof reviewTaskSchema> {
  const documents = documentsOfTask(task);
  return {
    ...reviewTaskSummaryOf(overviewOf(task), caller),
    documents: documents.map(reviewedDocumentOf),
    classes: [...classes],
  };
}

/** Copies of what the schema of the answer takes as mutable. */
function reviewedDocumentOf(document: ReviewedDocument): z.infer<typeof reviewedDocumentSchema> {
  const place = ({ page, box: sides, words }: ReviewedDocument['fields'][number]['provenance']) => ({
    page,
    box: [...sides],
    words,
  });
  const value = <T extends { readonly provenance: ReviewedDocument['fields'][number]['provenance'] }>(
    given: T,
  ) => ({ ...given, provenance: place(given.provenance) });
  const { classSource, ...rest } = document;
  return {
    ...rest,
    ...(classSource !== undefined && { classSource }),
    fields: document.fields.map((field) => ({
      ...value(field),
      original: field.original === null ? null : value(field.original),
    })),
    rows: document.rows.map((row) => ({
      ...value(row),
      cells: { ...row.cells },
      original: row.original === null ? null : { ...value(row.original), cells: { ...row.original.cells } },
    })),
    findings: document.findings.map((finding) => ({ ...finding, fields: [...finding.fields] })),
    gaps: [...document.gaps],
  };
}

export function historyOf(
  changes: readonly ReviewChangeRow[],
  decision: ReviewDecisionRow | undefined,
  next: bigint | null,
): z.infer<typeof historySchema> {
  return {
    changes: changes.map(({ id, at, actor, actorName, kind, document, field, before, after }) => ({
      id: String(id),
      at: isoOf(at),
      ...{ actor, actorName, document, field },
      kind: changeKinds.find((each) => each === kind) ?? 'set',
      before: jsonOf(before),
      after: jsonOf(after),
    })),
    decision:
      decision === undefined
        ? null
        : {
            decisionId: decision.decisionId,
            kind: decision.kind,
            at: isoOf(decision.at),
            actor: decision.actor,
            actorName: decision.actorName,
            reason: decision.reason,
            stage: decision.stage,
            outcomeId: decision.outcomeId,
          },
    next: next === null ? null : String(next),
  };
}

function jsonOf(value: object | null): z.infer<typeof changedSchema> {
  if (value === null) return null;
  return Array.isArray(value) ? [...(value as readonly unknown[])] : { ...value };
}
