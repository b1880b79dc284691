import { randomUUID } from 'node:crypto';
import type {
  ClassificationTask,
  DocumentSubmitted,
  ExtractionTask,
  IntegrationTask,
  ObjectRef,
  OcrTask,
  Run,
  RunContext,
  ValidationTask,
} from '@docfleet/contracts';
import {
  defaultLimits,
  outcomeIdOf,
  reviewExpiryMs,
  reviewTaskIdOf,
  runBudgetMs,
  runExpiryMs,
  runIdOf,
  unionOf,
  type DocumentFields,
  type Lane,
  type Line,
  type PageReading,
  type ReviewTaskState,
  type RunVerdict,
  type Word,
} from '@docfleet/domain';

/** 2026-01-01T00:00:00Z: default time of acceptance. */
export const builtAtMs = Date.UTC(2026, 0, 1);

/** A run of tenant `acme`, accepted at `builtAtMs`, with its whole budget. */
export function runContext(facts: Partial<RunContext> = {}): RunContext {
  const { tenantId = 'acme', requestId = 'request-1', acceptedAt = builtAtMs } = facts;
  return {
    runId: runIdOf(tenantId, requestId ?? 'unnamed'),
    revision: 1,
    requestId,
    documentId: null,
    tenantId,
    lane: 'normal',
    region: 'local',
    claimDate: new Date(acceptedAt).toISOString().slice(0, 10),
    acceptedAt,
    expiresAt: acceptedAt + runExpiryMs,
    budgetMs: runBudgetMs,
    usedMs: 0,
    timings: [],
    ...defaultLimits,
    route: 'auto',
    degradation: 'L0',
    spend: 0,
    callbackUrl: null,
    expectations: {},
    fileName: null,
    documentClass: null,
    checks: true,
    round: 0,
    review: 'never',
    fourEyesAbove: null,
    ...facts,
  };
}

/** A reference to an object that does not exist; its digest is all zeros. */
export function objectRef(facts: Partial<ObjectRef> = {}): ObjectRef {
  return {
    uri: 's3://docfleet/uploads/acme/document.pdf',
    sha256: '0'.repeat(64),
    mediaType: 'application/pdf',
    sizeBytes: 1000,
    ...facts,
  };
}

function jsonRef(name: string): ObjectRef {
  return objectRef({ uri: `s3://docfleet/runs/2026-01-01/${name}`, mediaType: 'application/json' });
}

export function documentSubmitted(facts: Partial<DocumentSubmitted> = {}): DocumentSubmitted {
  return {
    tenantId: 'acme',
    requestId: 'request-1',
    documentId: null,
    source: { uri: objectRef().uri, sha256: null },
    fileName: null,
    region: null,
    callbackUrl: null,
    route: null,
    expectations: {},
    submittedAt: builtAtMs,
    documentClass: null,
    checks: true,
    review: 'tenant',
    ...facts,
  };
}

export function ocrTask(facts: Partial<OcrTask> = {}): OcrTask {
  return {
    context: runContext(),
    input: objectRef(),
    manifest: jsonRef('manifest.json'),
    pageCount: 1,
    ...facts,
  };
}

export function classificationTask(facts: Partial<ClassificationTask> = {}): ClassificationTask {
  return { ...ocrTask(), readings: jsonRef('readings.json'), ...facts };
}

/** One invoice of one page. */
export function extractionTask(facts: Partial<ExtractionTask> = {}): ExtractionTask {
  const document = {
    index: 1,
    documentClass: 'invoice',
    classVersion: 1,
    confidence: 0.9,
    firstPage: 1,
    lastPage: 1,
    classSource: 'classified',
    region: null,
  } as const;
  return { ...classificationTask(), documents: [document], ...facts };
}

export function validationTask(facts: Partial<ValidationTask> = {}): ValidationTask {
  return { ...extractionTask(), fields: jsonRef('fields.json'), ...facts };
}

/** The approved ending of a completed run. */
export function integrationTask(facts: Partial<IntegrationTask> = {}): IntegrationTask {
  const context = facts.context ?? runContext();
  const source = { topic: `validation.tasks.${context.lane}`, partition: 0, offset: '0' };
  return {
    context,
    input: objectRef(),
    ending: {
      outcomeId: outcomeIdOf(context, 'validation', source),
      status: 'completed',
      verdict: 'approve',
      failure: null,
      endedBy: 'validation',
      at: context.acceptedAt,
      decisionId: null,
    },
    results: { verdict: jsonRef('verdict.json') },
    pageCount: 1,
    ...facts,
  };
}

/**
 * A page with one line for each of `texts`: characters are 10 px wide, lines 40 px apart, and every confidence is 0.99.
 */
export function pageReading(texts: readonly string[], facts: Partial<PageReading> = {}): PageReading {
  return {
    page: 1,
    widthPx: 1240,
    heightPx: 1754,
    engine: 'text-layer',
    engineVersion: 'built@1',
    lines: texts.map((text, index) => lineOf(text, 100 + 40 * index)),
    ...facts,
  };
}

function lineOf(text: string, topPx: number): Line {
  const words = [...text.matchAll(/\S+/gu)].map(({ 0: word, index }): Word => {
    const leftPx = 100 + 10 * index;
    return { text: word, box: [leftPx, topPx, leftPx + 10 * word.length, topPx + 30], confidence: 0.99 };
  });
  const box = unionOf(words.map((word) => word.box)) ?? [100, topPx, 100, topPx + 30];
  return { text, box, confidence: 0.99, words };
}

/** A row of the read model: a run of tenant acme that has completed, or with `endedAt` null is running. */
export function runRow(facts: Partial<Run> & Pick<Run, 'runId'>): Run {
  const at = facts.createdAt ?? 0;
  return {
    tenantId: 'acme',
    requestId: facts.runId,
    documentId: null,
    lane: 'normal',
    status: facts.endedAt === null ? 'running' : 'completed',
    revision: 1,
    stage: null,
    attempt: 0,
    stagesDone: 0,
    verdict: null,
    failureCode: null,
    failureMessage: null,
    fileName: 'letter.pdf',
    input: null,
    submissionDigest: null,
    region: null,
    route: null,
    callbackUrl: null,
    expectations: {},
    documentClass: null,
    checks: true,
    round: 0,
    review: 'tenant',
    claimDate: new Date(at).toISOString().slice(0, 10),
    acceptedAt: at,
    createdAt: at,
    updatedAt: at,
    endedAt: at,
    expiresAt: at,
    timings: [],
    result: null,
    outcomeId: null,
    bundle: null,
    pageCount: 0,
    acknowledged: true,
    ...facts,
  };
}

/** A row of a task of a review that waits, as it is inserted; every task is of a run of its own. */
export function reviewTaskRow(
  facts: {
    readonly tenantId?: string;
    readonly runId?: string;
    readonly revision?: number;
    readonly round?: number;
    readonly lane?: Lane;
    readonly state?: ReviewTaskState;
    readonly afterwards?: boolean;
    readonly documentClass?: string;
    readonly doubt?: number;
    readonly createdAt?: Date;
    readonly version?: number;
    readonly fourEyes?: boolean;
    readonly context?: Partial<RunContext>;
    readonly results?: Readonly<Record<string, ObjectRef>>;
    readonly documents?: readonly DocumentFields[];
    readonly verdict?: RunVerdict;
    readonly pageCount?: number;
  } = {},
) {
  const { tenantId = 'acme', runId = randomUUID(), revision = 1, round = 0, lane = 'normal' } = facts;
  const createdAt = facts.createdAt ?? new Date();
  const context = runContext({ tenantId, runId, revision, round, lane, ...facts.context });
  return {
    taskId: reviewTaskIdOf({ runId, revision, round }),
    ...{ tenantId, runId, revision, round, lane, createdAt },
    state: facts.state ?? 'waiting',
    afterwards: facts.afterwards ?? false,
    documentClass: facts.documentClass ?? 'invoice',
    doubt: facts.doubt ?? 0.5,
    updatedAt: createdAt,
    expiresAt: new Date(createdAt.getTime() + reviewExpiryMs),
    version: facts.version ?? 1,
    context: JSON.stringify(context),
    input: JSON.stringify(objectRef()),
    results: JSON.stringify(facts.results ?? {}),
    pageCount: facts.pageCount ?? 1,
    documents: JSON.stringify(facts.documents ?? []),
    verdict: JSON.stringify(facts.verdict ?? { verdict: 'review', documents: [] }),
    reasons: ['FIELD_UNSURE'],
    work: null,
    fourEyes: facts.fourEyes ?? false,
    holder: null,
    holderName: null,
    heldUntil: null,
  };
}
