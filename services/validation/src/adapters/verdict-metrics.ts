import { documentClasses } from '@docfleet/contracts';
import { verdicts, type RunVerdict } from '@docfleet/domain';
import type { JudgedDocument } from '@docfleet/judgement';
import type { Metrics } from '@docfleet/telemetry';

/** Exports what becomes of documents: verdicts, gaps, why a person must look, and how sure the values are. */
export function exportVerdicts(
  metrics: Pick<Metrics, 'counter' | 'histogram'>,
): (documents: readonly JudgedDocument[], verdict: RunVerdict) => void {
  const judged = metrics.counter(
    'docfleet_judged_documents_total',
    'Documents judged, by class and verdict.',
    ['class', 'verdict'],
  );
  const gaps = metrics.counter(
    'docfleet_document_gaps_total',
    'What was seen or expected in documents and not extracted.',
    ['class'],
  );
  const findings = metrics.counter(
    'docfleet_findings_total',
    'Findings that ask for a review or a rejection, by code.',
    ['class', 'code'],
  );
  const confidence = metrics.histogram({
    name: 'docfleet_field_confidence_ratio',
    help: 'Confidence of extracted values, 0 to 1.',
    labels: ['class'],
    buckets: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1],
  });
  for (const { name } of documentClasses)
    for (const verdict of verdicts) judged.inc({ class: name, verdict }, 0);
  return (documents, judgement) => {
    for (const { fields, documentClass } of documents) {
      const own = judgement.documents.find(({ index }) => index === fields.index);
      if (own === undefined) continue;
      const of = { class: documentClass.name };
      judged.inc({ ...of, verdict: own.verdict });
      gaps.inc(of, own.gaps.length);
      for (const { code, severity } of own.findings) if (severity !== 'info') findings.inc({ ...of, code });
      for (const field of fields.fields) confidence.observe(of, field.confidence);
    }
  };
}
