import type {
  CompletedDocument,
  DocumentCompleted,
  DocumentFailed,
  IntegrationTask,
  ObjectRef,
} from '@docfleet/contracts';
import { failure } from '@docfleet/domain';
import { enginesOf, verdictOf, type RunResults } from './bundle.ts';

/** The one event that ends a run, with the topic it belongs to. */
export type TerminalEvent =
  | { readonly topic: 'documents.completed'; readonly value: DocumentCompleted }
  | { readonly topic: 'documents.failed'; readonly value: DocumentFailed };

/** Fields that travel in the event itself; more are read from the bundle (M-18). */
const maxInlineFields = 400;

/** Longest field value in the event, in characters. */
const maxInlineValue = 500;

/** Text of all documents that travels in the event, in characters: a character is four bytes at most, a record 256 KiB. */
const maxInlineText = 48 * 1024;

/** Without its fields a document still says so many findings and gaps, each so long in characters. */
const keptRemarks = 2;
const keptRemarkLength = 60;

/** Builds the event from the task alone, without a clock: building it again gives the same bytes. */
export function terminalEventOf(options: {
  readonly task: IntegrationTask;
  readonly results: RunResults;
  readonly bundle: ObjectRef;
  /** outcomeId of the revision before this one; null for the first. */
  readonly supersedes: string | null;
}): TerminalEvent {
  const { task, results, bundle, supersedes } = options;
  const { context, ending } = task;
  const common = {
    outcomeId: ending.outcomeId,
    runId: context.runId,
    revision: context.revision,
    supersedes,
    requestId: context.requestId,
    tenantId: context.tenantId,
    documentId: context.documentId,
    lane: context.lane,
    bundle,
    timings: context.timings,
    degradation: context.degradation,
    acceptedAt: context.acceptedAt,
    endedAt: ending.at,
    callbackUrl: context.callbackUrl,
  };
  switch (ending.status) {
    case 'completed':
    case 'completed_with_gaps': {
      const documents = documentsOf(results);
      const omitted = isTooMuch(documents);
      return {
        topic: 'documents.completed',
        value: {
          ...common,
          status: ending.status,
          verdict: ending.verdict ?? 'review',
          documents: omitted ? documents.map(shortened) : documents,
          fieldsOmitted: omitted,
          engines: enginesOf(results),
          pageCount: task.pageCount,
        },
      };
    }
    case 'failed':
    case 'cancelled':
    case 'expired': {
      const { code, message } = failure('INTERNAL_ERROR');
      return {
        topic: 'documents.failed',
        value: {
          ...common,
          status: ending.status,
          failure: ending.failure ?? { code, message, stage: null, page: null },
        },
      };
    }
  }
}

function documentsOf(results: RunResults): readonly CompletedDocument[] {
  return (results.fields ?? []).map((document) => {
    const verdict = verdictOf(results, document.index);
    return {
      index: document.index,
      documentClass: document.documentClass,
      classVersion: document.classVersion,
      confidence: document.confidence,
      firstPage: document.firstPage,
      lastPage: document.lastPage,
      verdict: verdict?.verdict ?? 'review',
      findings: (verdict?.findings ?? []).map((finding) => finding.message),
      gaps: verdict?.gaps ?? [],
      fields: document.fields.map((field) => ({
        name: field.name,
        type: field.type,
        value: field.value.slice(0, maxInlineValue),
        normalised: field.normalised.slice(0, maxInlineValue),
        confidence: field.confidence,
        page: field.provenance.page,
        box: field.provenance.box,
      })),
    };
  });
}

function isTooMuch(documents: readonly CompletedDocument[]): boolean {
  const fields = documents.flatMap((document) => document.fields);
  const texts = [
    ...fields.flatMap(({ name, value, normalised }) => [name, value, normalised]),
    ...documents.flatMap(({ findings, gaps }) => [...findings, ...gaps]),
  ];
  return fields.length > maxInlineFields || texts.reduce((sum, text) => sum + text.length, 0) > maxInlineText;
}

/** What is left of a document in the event; all of it stands in the bundle. */
function shortened(document: CompletedDocument): CompletedDocument {
  const few = (remarks: readonly string[]): readonly string[] =>
    remarks.slice(0, keptRemarks).map((remark) => remark.slice(0, keptRemarkLength));
  return { ...document, fields: [], findings: few(document.findings), gaps: few(document.gaps) };
}
