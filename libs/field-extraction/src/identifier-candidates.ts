import { findDates, type DateOrder } from '@docfleet/domain';
import { candidateAt } from './candidate-at.ts';
import type { Candidate, Features, FieldScope } from './candidate.ts';
import type { Segment } from './layout.ts';

/** Candidates of identifiers: words that the field's pattern matches completely, without punctuation at their ends. */
export function identifierCandidates(scope: FieldScope): readonly Candidate[] {
  const pattern = new RegExp(`^(?:${scope.field.pattern ?? '[A-Z0-9][A-Z0-9./-]{2,}'})$`, 'i');
  const { order } = scope.dateOrder;
  const found = scope.pages.flatMap((layout) =>
    layout.segments.flatMap((segment) =>
      segment.words.flatMap((word, i) => {
        const lead = /^[^A-Za-z0-9]*/.exec(word.text)?.[0].length ?? 0;
        const value = word.text.slice(lead).replace(/[^A-Za-z0-9]+$/, '');
        const colon = value.lastIndexOf(':') + 1;
        const id = value.slice(colon);
        if (!pattern.test(id)) return [];
        const start = (segment.wordStarts[i] ?? 0) + lead + colon;
        const found = { start, end: start + id.length, value: id, normalised: id.toUpperCase() };
        const features = identifierFeatures(segment, start, id, order);
        const candidate = candidateAt(scope, layout, segment, found, features);
        return isTypeCode(candidate, word.text) ? [] : [candidate];
      }),
    ),
  );
  const counts = new Map<string, number>();
  for (const { normalised } of found) counts.set(normalised, (counts.get(normalised) ?? 0) + 1);
  return found.map((candidate, i) => ({
    ...candidate,
    features: {
      ...candidate.features,
      first: 1 / (1 + i),
      repeat: Math.log2(counts.get(candidate.normalised) ?? 1),
    },
  }));
}

/** Codes of document types (UN/EDIFACT 1001) that stand on invoices, orders and credit notes. */
const typeCodes: ReadonlySet<string> = new Set(
  '71 80 81 82 83 84 130 211 220 231 261 262 295 296 308 325 326 331 380 381 382 383 384 385 386 387 388 389 390 393 394 395 396 420 456 457 458 527 532 575 623 633 751 780 870 875 876 877 935'.split(
    ' ',
  ),
);

/** A label of this weight, directly at the value, calls it a number. */
const namedNumber = 1.5;

/** Whether a value is the code of a document's type and not its number: in brackets, or without a label that calls it one. */
function isTypeCode({ normalised, features }: Candidate, printed: string): boolean {
  if (!typeCodes.has(normalised)) return false;
  return printed.startsWith('(') || (features['label'] ?? 0) < namedNumber;
}

function identifierFeatures(segment: Segment, start: number, id: string, order: DateOrder): Features {
  const digits = id.replace(/\D/g, '').length;
  const end = start + id.length;
  const around = segment.text.slice(Math.max(0, start - 3), end + 3);
  return {
    'id:digits': Math.min(1, digits / 10),
    'id:short': id.length < 4 ? 1 : 0,
    'id:long': id.length > 12 ? 1 : 0,
    'id:letters': /[A-Za-z]/.test(id) ? 1 : 0,
    'id:dash': id.includes('-') ? 1 : 0,
    'id:year': /^(19|20)\d\d$/.test(id) ? 1 : 0,
    'id:date': findDates(segment.text, order).some((seen) => seen.start < end && start < seen.end) ? 1 : 0,
    'id:money': /[$€£]\s?\d|\d[.,]\d\d(?!\d)|%/.test(around) ? 1 : 0,
    'id:phone': /\(\d{3}\)|\d{3}-\d{4}|\+\d\d/.test(segment.text) ? 1 : 0,
    'id:postcode':
      /^\d{5}(-\d{4})?$/.test(id) &&
      /^[A-Z]{2}\s|,\s*[A-Z]{2}\s*$/.test(segment.text.slice(0, start).slice(-5))
        ? 1
        : 0,
    alone: id.length >= segment.text.trim().length - 2 ? 1 : 0,
    hash: /#\s*$|N[o°r]\.?:?\s*$|:\s*$/i.test(segment.text.slice(0, start)) ? 1 : 0,
  };
}
