import type { Correction, DecidedRun, EndedField, TerminalEvent } from './facts.ts';
import type { Violation } from './violation.ts';

/** A run that a person decided: it ends as decided, with every value that a person gave and the API accepted. */
export function judgeReview(event: TerminalEvent, decided: DecidedRun): readonly Violation[] {
  const { runId, outcomeId, verdict, fields } = event;
  if (decided.outcomeId !== outcomeId) {
    const detail = `a person decided ${decided.outcomeId}, and the run ended as ${outcomeId}`;
    return [{ kind: 'lost-decision', runId, detail }];
  }
  if (decided.verdict !== verdict) {
    const detail = `a person decided ${decided.verdict}, and the run ended with the verdict ${String(verdict)}`;
    return [{ kind: 'lost-decision', runId, detail }];
  }
  return lastOfEach(decided.corrections).flatMap((correction): readonly Violation[] => {
    const field = fields.find(
      ({ document, name }) => document === correction.document && name === correction.field,
    );
    if (isKept(correction, field)) return [];
    const given = correction.value === null ? 'no value' : `the value ${correction.value}`;
    const found = field === undefined ? 'none' : `${field.value} of ${field.source}`;
    const detail = `a person gave ${correction.field} of document ${String(correction.document)} ${given}, and the run ended with ${found}`;
    return [{ kind: 'lost-correction', runId, detail }];
  });
}

function isKept({ value }: Correction, field: EndedField | undefined): boolean {
  if (value === null) return field === undefined;
  return field?.value === value && field.source === 'person';
}

/** What a person gave last, of each field. */
function lastOfEach(corrections: readonly Correction[]): readonly Correction[] {
  const last = new Map(corrections.map((each) => [`${String(each.document)} ${each.field}`, each]));
  return [...last.values()];
}
