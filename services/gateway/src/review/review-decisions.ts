import { randomUUID } from 'node:crypto';
import { submittedClasses, type DocumentClass, type ObjectRef, type Pool } from '@docfleet/contracts';
import {
  outboxIn,
  reviewTasksIn,
  reviewWorkIn,
  tenantEventsIn,
  type ReviewTaskRow,
  type Session,
} from '@docfleet/database';
import { headerNames, reviewTaskIdOf, stageFolder, type Clock, type ReviewDecision } from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';
import {
  decidedFields,
  decidedVerdict,
  endingOfDecision,
  judgeReview,
  newestClass,
  nextRound,
  sendBackProblem,
  type DecisionRecord,
} from '@docfleet/review-work';
import { traceparentOf } from '@docfleet/telemetry';
import type { AsCaller } from '../adapters/caller-session.ts';
import type { ReviewReadings } from '../adapters/review-readings.ts';
import { noteChange } from '../audit-note.ts';
import { found } from '../core/found.ts';
import { RefusedRequest } from '../core/problem.ts';
import type { DecisionRequest } from '../core/review.ts';
import { documentsOfTask, twoApprove } from './review-answers.ts';
import { conflictOf, personOf, requireHeld, type Reviewer } from './people.ts';

export interface ReviewDecisionsOptions {
  readonly asCaller: AsCaller;
  readonly readings: ReviewReadings;
  readonly store: Pick<ObjectStore, 'createOnce' | 'uriOf'>;
  readonly clock: Clock;
  readonly classes: readonly DocumentClass[];
  readonly pools: readonly Pool[];
  /** Time that a round may last, in milliseconds. */
  readonly runExpiryMs: number;
  /** Called when a record waits to be sent. */
  readonly onOutbox: () => void;
  readonly onDecided: (decision: { readonly kind: ReviewDecision; readonly waitedMs: number }) => void;
}

export interface DecisionAnswer {
  /** `waiting`: a second person must approve as well. */
  readonly state: 'waiting' | 'decided';
  readonly decision: ReviewDecision;
  readonly approvals: number;
  readonly outcomeId: string | null;
}

/** Decisions over tasks (H-01): a task has one, and it leaves as one record of the outbox. */
export interface ReviewDecisions {
  /**
   * Decides once: row, state and record in one transaction. The same decisionId again is answered alike, also when the
   * first answer was lost.
   *
   * @throws FailureError `NOT_FOUND`; ReviewConflict `TASK_CLOSED`, `LEASE_LOST`, `VERSION_CONFLICT`, and `DECISION_CONFLICT`
   *   for a decisionId of another decision; RefusedRequest `CHANGE_REFUSED` for a way back that the run has not
   */
  decide(caller: Reviewer, taskId: string, request: DecisionRequest): Promise<DecisionAnswer>;
}

/** How long the objects of a decision may take to be stored, in milliseconds. */
const storeTimeoutMs = 20_000;

/** What a decision writes besides its row. */
interface PreparedDecision {
  readonly record: DecisionRecord | null;
  readonly outcomeId: string | null;
}

export function createReviewDecisions(options: ReviewDecisionsOptions): ReviewDecisions {
  const { asCaller, clock, onOutbox, onDecided } = options;
  return {
    decide: async (caller, taskId, request) => {
      const { decisionId, kind, version } = request;
      const first = await asCaller(caller, async (session) => {
        const task = found(await reviewTasksIn(session).find(taskId));
        return { task, answer: await repeated(session, { task, caller, request }) };
      });
      if (first.answer !== undefined) return first.answer;
      requireHeld(first.task, caller, version);
      const at = clock.now();
      const prepared = await prepare(options, { task: first.task, caller, request, at });
      const answer = await asCaller(caller, async (session): Promise<DecisionAnswer> => {
        const work = reviewWorkIn(session);
        const task = found(await reviewTasksIn(session).lock(taskId));
        const known = await repeated(session, { task, caller, request });
        if (known !== undefined) return known;
        // The documents that were prepared are those of this version.
        requireHeld(task, caller, version);
        const { tenantId, runId, revision } = task;
        let approvals = 0;
        if (kind === 'approve' && twoApprove(task)) {
          await work.approve({ taskId, tenantId, actor: caller.keyId, at, version });
          approvals = (await work.approversOf(taskId, version)).length;
          if (approvals < 2) {
            const detail = { runId, approvals };
            await noteChange(session, caller, at, {
              action: 'review.approve',
              tenantId,
              subject: taskId,
              detail,
            });
            return { state: 'waiting', decision: kind, approvals, outcomeId: null };
          }
        }
        const person = await personOf(session, caller);
        const { outcomeId, record } = prepared;
        const stored = await work.decide({
          ...{ decisionId, taskId, tenantId, kind, person, at, outcomeId },
          reason: request.reason ?? null,
          stage: request.stage ?? null,
        });
        if (!stored) throw conflictOf('DECISION_CONFLICT', task, caller);
        if (record !== null) await outboxIn(session).add([outboxRecordOf(task, record)], at);
        const data = { taskId, runId, revision, round: task.round, decision: kind, outcomeId };
        await tenantEventsIn(session).add({ tenantId, type: 'review.decided', subject: taskId, data, at });
        await noteChange(session, caller, at, {
          action: `review.${kind.replace('_', '-')}`,
          tenantId,
          subject: taskId,
          detail: { runId, decisionId, outcomeId },
        });
        return { state: 'decided', decision: kind, approvals, outcomeId };
      });
      if (answer.state === 'decided') {
        onOutbox();
        onDecided({ kind, waitedMs: Math.max(0, at - first.task.createdAt) });
      }
      return answer;
    },
  };
}

interface AskedDecision {
  readonly task: ReviewTaskRow;
  readonly caller: Reviewer;
  readonly request: DecisionRequest;
}

/** The answer to a decision that was made before; undefined for a new one. @throws ReviewConflict `DECISION_CONFLICT` */
async function repeated(
  session: Session,
  { task, caller, request }: AskedDecision,
): Promise<DecisionAnswer | undefined> {
  const work = reviewWorkIn(session);
  const { decisionId, kind, version } = request;
  const known = await work.findDecision(decisionId);
  if (known === undefined) {
    if (kind !== 'approve' || task.state !== 'waiting' || !twoApprove(task)) return undefined;
    const approvers = await work.approversOf(task.taskId, version);
    return task.version === version && approvers.includes(caller.keyId)
      ? { state: 'waiting', decision: kind, approvals: approvers.length, outcomeId: null }
      : undefined;
  }
  if (known.taskId !== task.taskId || known.kind !== kind || known.actor !== caller.keyId) {
    throw conflictOf('DECISION_CONFLICT', task, caller);
  }
  return { state: 'decided', decision: kind, approvals: task.approvals, outcomeId: known.outcomeId };
}

/** Stores what the decision made of the documents, and builds its record. */
async function prepare(
  options: ReviewDecisionsOptions,
  asked: AskedDecision & { readonly at: number },
): Promise<PreparedDecision> {
  const { task, request, at } = asked;
  const { context, input, results, pageCount } = task;
  const run = { context, input, results, pageCount };
  // The run of such a task has ended: only what people corrected is kept.
  if (task.afterwards) {
    if (request.kind !== 'send_back') return { record: null, outcomeId: null };
    const message = 'The job has ended already, so it cannot be sent back; submit the document again.';
    throw new RefusedRequest('CHANGE_REFUSED', [{ path: 'kind', message }]);
  }
  if (request.kind === 'send_back') {
    const sendBack = sendBackOf(request, options.classes);
    const problem = sendBackProblem(sendBack, run);
    if (problem !== undefined)
      throw new RefusedRequest('CHANGE_REFUSED', [{ path: 'stage', message: problem.refusal }]);
    const { pools, runExpiryMs } = options;
    const record = nextRound({
      run: { ...run, submittedClass: await submittedClassOf(options, asked) },
      ...{ documents: documentsOfTask(task), sendBack, at, runExpiryMs, pools },
    });
    return { record, outcomeId: null };
  }
  const { decisionId, kind } = request;
  const documents = documentsOfTask(task);
  const pages = await options.readings.of(results['readings']);
  const judged = judgeReview({ documents, pages, classes: options.classes, pageCount, run: context });
  const verdict = decidedVerdict(judged, kind);
  const stored = await storeDecision(options, asked, { fields: decidedFields(documents), verdict });
  const { outcomeId, ...record } = endingOfDecision({ run, decisionId, kind, at, verdict, stored });
  return { record, outcomeId };
}

/** The class that the submission named: the first round's context has it, whose task stays as long as the run lasts. */
async function submittedClassOf(
  { asCaller }: ReviewDecisionsOptions,
  { task, caller }: AskedDecision,
): Promise<string | null> {
  const { runId, revision, round, context } = task;
  if (round === 0) return context.documentClass;
  const taskId = reviewTaskIdOf({ runId, revision, round: 0 });
  const first = await asCaller(caller, (session) => reviewTasksIn(session).find(taskId));
  return first?.context.documentClass ?? null;
}

function sendBackOf(
  { stage, documentClass, route }: DecisionRequest,
  classes: readonly DocumentClass[],
): Parameters<typeof sendBackProblem>[0] {
  // The schema of the request asks for it.
  if (stage === undefined) throw new Error('A run is sent back to a stage');
  if (documentClass === undefined) return { stage, route };
  // As at submission: nothing can be extracted of a class without fields.
  const named = submittedClasses.includes(documentClass)
    ? newestClass(documentClass, { classes })
    : undefined;
  if (named === undefined) {
    const message = `A document cannot be sent back as ${documentClass}; it can be as ${submittedClasses.join(', ')}.`;
    throw new RefusedRequest('CHANGE_REFUSED', [{ path: 'documentClass', message }]);
  }
  return { stage, route, documentClass: { name: named.name, version: named.version } };
}

/**
 * Writes `fields.json`, `verdict.json` and `review.json` under names of their own: an attempt whose transaction fails leaves
 * objects that nothing refers to, and never meets those of another attempt.
 */
async function storeDecision(
  { store, asCaller }: ReviewDecisionsOptions,
  { task, caller, request, at }: AskedDecision & { readonly at: number },
  decided: { readonly fields: object; readonly verdict: object },
): Promise<Readonly<Record<'fields' | 'verdict' | 'review', ObjectRef>>> {
  const { decisionId, kind, reason = null } = request;
  const { taskId, round } = task;
  const folder = `${stageFolder(task.context, 'review', '1')}/${decisionId}/${randomUUID()}`;
  const changes = await asCaller(caller, (session) =>
    reviewWorkIn(session).history(taskId, { limit: maxHistory }),
  );
  const history = changes.map(({ id, ...change }) => ({ ...change, id: String(id) }));
  const review = {
    schema: 'docfleet.review/1',
    ...{ taskId, round, decisionId, kind, reason },
    actor: caller.keyId,
    decidedAt: at,
    changes: history,
    machine: { documents: task.documents, verdict: task.verdict },
  };
  const signal = AbortSignal.timeout(storeTimeoutMs);
  const write = async (name: string, value: object): Promise<ObjectRef> => {
    const bytes = Buffer.from(`${JSON.stringify(value)}\n`);
    return (await store.createOnce(`${folder}/${name}.json`, bytes, 'application/json', signal)).ref;
  };
  const [fields, verdict, stored] = await Promise.all([
    write('fields', decided.fields),
    write('verdict', decided.verdict),
    write('review', review),
  ]);
  return { fields, verdict, review: stored };
}

/** More entries than a task can have. */
const maxHistory = 100_000;

function outboxRecordOf({ runId, tenantId }: ReviewTaskRow, { topic, value }: DecisionRecord) {
  const headers = { [headerNames.traceparent]: traceparentOf(runId), [headerNames.tenant]: tenantId };
  return { key: runId, tenantId, headers, topic, task: value };
}
