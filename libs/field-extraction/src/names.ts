import type { Candidate, FieldScope } from './candidate.ts';
import { labelledSpans } from './labelled-values.ts';
import { isBareLegalForm } from './legal-forms.ts';
import { trimmedName } from './name-trimming.ts';
import { cleaned, letterCount, toCandidate, type TextSpan } from './text-span.ts';
import { blockLinesOf, hintReader, lineBelow, type BlockLine } from './words.ts';

/** A registration number or similar after a name. */
const behindName =
  /\s*[([]?\s*(co\.?|company|reg|roc|gst|no)?[\s.:]*(reg|no|id)?[\s.:#]*\(?\d{4,}[\s-]*[A-Z]{0,2}[)\]}]*\.?\s*$/i;

/** Candidates of a field of shape `name`: names in the letterhead, up to three lines long, and values at its labels. */
export function nameCandidates(scope: FieldScope): readonly Candidate[] {
  const hints = hintReader(scope.documentClass);
  return scope.pages.flatMap((layout) => {
    const lines = blockLinesOf(layout);
    const spans = lines.flatMap((line, i) => {
      const y = (line.box[1] - layout.extent[1]) / Math.max(1, layout.extent[3] - layout.extent[1]);
      const far = y > 0.5 && hints.count('legal', line.text) === 0;
      return far || letterCount(line.text) < 3 || line.text.length > 90
        ? []
        : nameSpans(lines, line).map((span) => ({
            ...span,
            features: { ...span.features, order: 1 / (1 + i) },
          }));
    });
    return [...spans, ...labelledSpans(scope, layout)].map((span) =>
      toCandidate(scope, layout, hints, lines, span),
    );
  });
}

function nameSpans(lines: readonly BlockLine[], line: BlockLine): readonly TextSpan[] {
  const spans: TextSpan[] = [];
  const chain = [line];
  for (let size = 1; size <= 3; size += 1) {
    const text = chain.map((one) => one.text).join(' ');
    const whole = cleaned(text);
    const value = cleaned(trimmedName(whole.replace(behindName, '')));
    const stripped = value === whole ? 0 : 1;
    if (letterCount(value) >= 3 && !isBareLegalForm(value)) {
      spans.push({ lines: [...chain], value, start: 0, features: { [`lines:${size}`]: 1, stripped } });
    }
    const [head = '', tail] = text.split(/\s[-–●•|]\s|\s{2,}|, (?=\d)/, 2);
    if (size === 1 && tail !== undefined && letterCount(head) >= 3 && !isBareLegalForm(head)) {
      spans.push({ lines: [...chain], value: cleaned(head), start: 0, features: { 'lines:1': 1, cut: 1 } });
    }
    const below = lineBelow(lines, chain.at(-1) ?? line, 1.2);
    if (below === undefined) break;
    chain.push(below);
  }
  return spans;
}
