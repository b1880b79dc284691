import type { RunVerdict } from '@docfleet/domain';
import type { JudgedDocument } from './judged-document.ts';

/** Findings that say no more than that a confidence is low, which counts by itself. */
const ofConfidence: ReadonlySet<string> = new Set([
  'CLASS_UNSURE',
  'CLASS_DOUBTED',
  'FIELD_UNSURE',
  'APPROVAL_UNSURE',
]);

/**
 * How unsure the machine is of a run, from 0 to 1: one minus its smallest decisive confidence. That is the confidence of a
 * class, and the calibrated one that all decisive fields of a document are right; without a calibration that of each
 * required field. Where something is wrong or missing, such as a sum that does not add up, nothing is sure: 1.
 */
export function doubtOf(documents: readonly Omit<JudgedDocument, 'pages'>[], verdict: RunVerdict): number {
  const wrong = verdict.documents.some(({ findings }) =>
    findings.some(({ code, severity }) => severity !== 'info' && !ofConfidence.has(code)),
  );
  if (wrong || documents.length === 0) return 1;
  return 1 - Math.min(...documents.map(decisiveConfidence));
}

function decisiveConfidence({ fields, documentClass }: Omit<JudgedDocument, 'pages'>): number {
  // A submitted class was not found out: its confidence only says how well the pages fit it.
  const ofClass = fields.classSource === 'submitted' ? 1 : fields.confidence;
  if (fields.approval !== undefined) return Math.min(ofClass, fields.approval.confidence);
  const required = documentClass.fields.filter((field) => field.required).map(({ name }) => name);
  const ofFields = required.map(
    (name) => fields.fields.find((field) => field.name === name)?.confidence ?? 0,
  );
  return Math.min(ofClass, ...ofFields);
}
