import type {
  CompletedDocument,
  DocumentCompleted,
  DocumentFailed,
  IntegrationTask,
  ObjectRef,
} from '@docfleet/contracts';
import { failure } from '@docfleet/domain';
import { enginesOf, verdictOf, type RunResults } from './bundle.ts';

/** The event that ends a run, with its topic. */
export type TerminalEvent =
  | { readonly topic: 'documents.completed'; readonly value: DocumentCompleted }
  | { readonly topic: 'documents.failed'; readonly value: DocumentFailed };

/** Maximum number of fields in the event; with more, all are in the bundle only (M-18). */
const maxInlineFields = 400;

/** Longest field value in the event, in characters; longer ones are truncated. */
const maxInlineValue = 500;

/** Maximum text of all documents in the event, in characters of up to four bytes; a record has at most 256 KiB. */
const maxInlineText = 48 * 1024;

/** Findings and gaps of a document whose fields are omitted: their number, and the length of each in characters. */
const maxRemarks = 2;
const maxRemarkLength = 60;

/** Builds the event from task and results alone, without a clock: a repetition gives the same bytes. */
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
      const omitted = exceedsEvent(documents);
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
      classSource: document.classSource ?? 'classified',
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
        source: field.source === 'person' ? 'person' : 'machine',
      })),
    };
  });
}

function exceedsEvent(documents: readonly CompletedDocument[]): boolean {
  const fields = documents.flatMap((document) => document.fields);
  const texts = [
    ...fields.flatMap(({ name, value, normalised }) => [name, value, normalised]),
    ...documents.flatMap(({ findings, gaps }) => [...findings, ...gaps]),
  ];
  return fields.length > maxInlineFields || texts.reduce((sum, text) => sum + text.length, 0) > maxInlineText;
}

/** A document without fields and with short remarks; the bundle has everything. */
function shortened(document: CompletedDocument): CompletedDocument {
  const few = (remarks: readonly string[]): readonly string[] =>
    remarks.slice(0, maxRemarks).map((remark) => remark.slice(0, maxRemarkLength));
  return { ...document, fields: [], findings: few(document.findings), gaps: few(document.gaps) };
}
