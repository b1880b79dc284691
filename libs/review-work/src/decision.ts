import {
  poolOf,
  topicInPool,
  type FoundDocument,
  type IntegrationTask,
  type ObjectRef,
  type Pool,
  type RunContext,
  type TopicName,
  type TopicValues,
} from '@docfleet/contracts';
import {
  outcomeIdOfDecision,
  type DocumentFields,
  type FieldValue,
  type ReviewDecision,
  type ReviewedDocument,
  type RunVerdict,
} from '@docfleet/domain';
import { needsTwoPeople } from '@docfleet/judgement';
import type { Refusal } from './facts.ts';

/** Stages that a run can be sent back to. */
export const sendBackStages = ['ocr', 'classification', 'extraction'] as const;
export type SendBackStage = (typeof sendBackStages)[number];

/** What a decision needs of the run that waits. */
export interface HeldRun {
  readonly context: RunContext;
  readonly input: ObjectRef;
  /** References by name: manifest, readings, fields, verdict. */
  readonly results: Readonly<Record<string, ObjectRef>>;
  readonly pageCount: number;
}

/** A run that waits, as the next round needs it. */
export interface ReturnedRun extends HeldRun {
  /** The class that the submission named, which the context of round 0 has; later contexts may have one that a person named. */
  readonly submittedClass: string | null;
}

/** A record that a decision sends: to integration, or to a stage as the next round. */
export interface DecisionRecord<T extends TopicName = TopicName> {
  readonly topic: T;
  readonly value: TopicValues[T];
}

/** The fields as they were decided on, in the form of `fields.json`: without what was removed. */
export function decidedFields(documents: readonly ReviewedDocument[]): readonly DocumentFields[] {
  return documents.map((document) => {
    const rows = document.rows.filter(({ state }) => state !== 'removed');
    const removed = document.rows.filter(({ state, original }) => state === 'removed' && original !== null);
    const { index, documentClass, classVersion, confidence, firstPage, lastPage, classSource, region } =
      document;
    return {
      ...{ index, documentClass, classVersion, confidence, firstPage, lastPage },
      ...(classSource !== undefined && { classSource }),
      ...(region !== undefined && { region }),
      fields: document.fields
        .filter(({ state }) => state !== 'removed')
        .map(({ name, type, value, normalised, confidence: certainty, provenance, source }): FieldValue => ({
          ...{ name, type, value, normalised, provenance, source },
          confidence: certainty,
        })),
      rows: rows.map(({ group, cells, provenance }) => ({ group, cells, provenance })),
      // A row of the machine that a person removed was none.
      rowsSeen: Math.max(rows.length, document.rowsSeen - removed.length),
    };
  });
}

/** The verdict of a person over what the rules found. */
export function decidedVerdict(judged: RunVerdict, kind: 'approve' | 'reject'): RunVerdict {
  return {
    verdict: kind,
    documents: judged.documents.map((document) => ({ ...document, verdict: kind })),
  };
}

/** Whether two people must approve: as the task says, or because an amount that was corrected is above the limit. */
export function needsTwo(
  fourEyes: boolean,
  documents: readonly ReviewedDocument[],
  fourEyesAbove: number | null,
): boolean {
  return fourEyes || needsTwoPeople(decidedFields(documents), fourEyesAbove);
}

/** The ending that a person gives a run. */
export function endingOfDecision(options: {
  readonly run: HeldRun;
  readonly decisionId: string;
  readonly kind: Exclude<ReviewDecision, 'send_back'>;
  readonly at: number;
  readonly verdict: RunVerdict;
  /** What was stored of the decision: fields, verdict and review. */
  readonly stored: Readonly<Record<'fields' | 'verdict' | 'review', ObjectRef>>;
}): DecisionRecord<'integration.tasks.normal'> & { readonly outcomeId: string } {
  const { run, decisionId, kind, at, verdict, stored } = options;
  const { context, input, pageCount } = run;
  const outcomeId = outcomeIdOfDecision(context.runId, context.revision, decisionId);
  const complete = verdict.documents.every(({ gaps }) => gaps.length === 0);
  const value: IntegrationTask = {
    context,
    input,
    ending: {
      outcomeId,
      status: complete ? 'completed' : 'completed_with_gaps',
      verdict: kind,
      failure: null,
      endedBy: 'review',
      at,
      decisionId,
    },
    results: { ...run.results, ...stored },
    pageCount,
  };
  return { topic: inLane('integration', context), value, outcomeId };
}

/** How a person sends a run back. */
export interface SendBack {
  readonly stage: SendBackStage;
  /** Every document is of this class in this round; absent: as the submission named it, or as it is found. */
  readonly documentClass?: { readonly name: string; readonly version: number } | undefined;
  /** How the pages are read again. */
  readonly route?: string | undefined;
}

/** Why a run cannot be sent back like this. */
export function sendBackProblem({ stage, route }: SendBack, { results }: HeldRun): Refusal | undefined {
  if (route !== undefined && stage !== 'ocr') {
    return {
      refusal: 'A reading route only counts where the pages are read again: send the document back to ocr.',
    };
  }
  const missing = neededResults[stage].find((name) => results[name] === undefined);
  return missing === undefined
    ? undefined
    : { refusal: `The run has no ${missing}, so it cannot be sent back to ${stage}.` };
}

const neededResults: Readonly<Record<SendBackStage, readonly string[]>> = {
  ocr: ['manifest'],
  classification: ['manifest', 'readings'],
  extraction: ['manifest', 'readings'],
};

/**
 * The task of the next round: the same revision with a budget of its own and a new expiry. The stage takes the documents and
 * classes as they are now; its results are stored under the round's own names. A class that sent an earlier round back does
 * not stand any more.
 */
export function nextRound(options: {
  readonly run: ReturnedRun;
  readonly documents: readonly ReviewedDocument[];
  readonly sendBack: SendBack;
  readonly at: number;
  readonly runExpiryMs: number;
  readonly pools: readonly Pool[];
}): DecisionRecord {
  const { run, sendBack, at, runExpiryMs, pools } = options;
  const { stage, documentClass, route } = sendBack;
  const { input, results, pageCount } = run;
  const context: RunContext = {
    ...run.context,
    round: run.context.round + 1,
    usedMs: 0,
    expiresAt: at + runExpiryMs,
    documentClass: documentClass?.name ?? run.submittedClass,
    ...(route !== undefined && { route }),
  };
  const manifest = resultOf(results, 'manifest');
  switch (stage) {
    case 'ocr':
      return { topic: inLane('ocr', context), value: { context, input, manifest, pageCount } };
    case 'classification': {
      const readings = resultOf(results, 'readings');
      return {
        topic: inLane('classification', context),
        value: { context, input, manifest, readings, pageCount },
      };
    }
    case 'extraction': {
      const readings = resultOf(results, 'readings');
      const documents = options.documents.map((document) => foundDocument(document, documentClass));
      return {
        topic: topicInPool(inLane('extraction', context), poolOf(documents, pools)),
        value: { context, input, manifest, readings, pageCount, documents },
      };
    }
  }
}

function foundDocument(document: ReviewedDocument, named: SendBack['documentClass']): FoundDocument {
  const { index, firstPage, lastPage } = document;
  return {
    index,
    firstPage,
    lastPage,
    documentClass: named?.name ?? document.documentClass,
    classVersion: named?.version ?? document.classVersion,
    confidence: named === undefined ? document.confidence : 1,
    classSource: named === undefined ? (document.classSource ?? 'classified') : 'submitted',
    region: document.region ?? null,
  };
}

function resultOf(results: HeldRun['results'], name: string): ObjectRef {
  const found = results[name];
  if (found === undefined) throw new Error(`The run has no result ${name}`);
  return found;
}

/** The stage's topic in the run's lane. All lanes of a stage have the same value. */
function inLane<S extends 'integration' | SendBackStage>(
  stage: S,
  { lane }: Pick<RunContext, 'lane'>,
): `${S}.tasks.normal` {
  return `${stage}.tasks.${lane}` as `${S}.tasks.normal`;
}
