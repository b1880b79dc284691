import type { LabelledDocument } from '@docfleet/class-training';
import type { DocumentClass } from '@docfleet/contracts';
import { comparable, dateOrderOf } from '@docfleet/domain';
import {
  layoutOf,
  netLines,
  seenValues,
  spanFields,
  spanText,
  type NetLine,
} from '@docfleet/field-extraction';
import type { LearningDocument, Span } from './learning-document.ts';

/** A span whose value is less like the label than this is not taken for it. */
const minSimilarity = 0.7;

/** Lines of a labelled receipt, each marked with what the labels say it holds. */
export function learningDocument(
  documentClass: DocumentClass,
  { id, group, pages, labels }: LabelledDocument,
  source: LearningDocument['source'],
): LearningDocument {
  const lines = netLines(pages.map(layoutOf));
  const name = goldSpan(lines, 'name', labels['company'] ?? null);
  const address = goldSpan(lines, 'address', labels['address'] ?? null);
  const { order } = dateOrderOf(
    lines.map(({ text }) => text),
    documentClass.dateOrder,
  );
  const values = seenValues(lines, order);
  const holds = (
    seen: readonly { readonly line: number; readonly value: string }[],
    kind: 'amount' | 'date',
    label: string | null | undefined,
  ): readonly number[] =>
    label === null || label === undefined
      ? []
      : seen.flatMap(({ line, value }) =>
          comparable(kind, value) === comparable(kind, label) ? [line] : [],
        );
  const needed = new Set([
    ...holds(values.amounts, 'amount', labels['total']),
    ...holds(values.dates, 'date', labels['date']),
  ]);
  const within = (span: Span | null, i: number): boolean => span !== null && span[0] <= i && i <= span[1];
  return {
    id,
    group,
    source,
    labels,
    lines: lines.map((line, i) => ({
      text: line.text,
      box: line.segment.box,
      confidence: line.confidence,
      name: within(name, i),
      address: within(address, i),
      needed: needed.has(i),
    })),
  };
}

/** The span whose value is most like the label; null where none is like it. */
export function goldSpan(
  lines: readonly NetLine[],
  kind: (typeof spanFields)[number]['kind'],
  label: string | null,
): Span | null {
  if (label === null) return null;
  const wanted = comparable('text', label);
  const longest = spanFields.find((one) => one.kind === kind)?.longest ?? 1;
  let best: { span: Span; score: number } | undefined;
  for (let first = 0; first < Math.min(lines.length, 60); first += 1) {
    for (let count = 1; count <= longest && first + count <= lines.length; count += 1) {
      const texts = lines.slice(first, first + count).map(({ text }) => text);
      const value = comparable('text', spanText(kind, texts).value);
      if (value.length > 2.2 * wanted.length + 10) break;
      const score = similarity(value, wanted) - 0.001 * count - 0.0005 * first;
      if (score > (best?.score ?? minSimilarity)) best = { span: [first, first + count - 1], score };
    }
  }
  return best?.span ?? null;
}

/** Twice the length of the longest common subsequence over both lengths: 1 for equal texts. */
export function similarity(a: string, b: string): number {
  let row = new Int32Array(b.length + 1);
  for (const letter of a) {
    const next = new Int32Array(b.length + 1);
    for (let j = 1; j <= b.length; j += 1)
      next[j] = letter === b[j - 1] ? (row[j - 1] ?? 0) + 1 : Math.max(row[j] ?? 0, next[j - 1] ?? 0);
    row = next;
  }
  return (2 * (row[b.length] ?? 0)) / Math.max(1, a.length + b.length);
}
