import type { ClassCalibration } from '@docfleet/contracts';

/** How sure it was that a document is right, and whether it is. */
export interface JudgedApproval {
  readonly confidence: number;
  readonly right: boolean;
}

/** How many documents the confidences themselves count for, beside the documents that were looked at. */
const priorDocuments = 20;

/** One-sided bound of 90 %, in standard deviations. */
const boundDeviations = 1.28;

/**
 * For each confidence, the share of right documents at or above it that can be relied on. The share of errors has a Beta
 * distribution: what the confidences say of it counts as 20 documents, what was seen counts as seen. Its mean plus 1.28
 * standard deviations is the bound. So few documents without an error assure little, and thresholds that are lucky on the
 * documents at hand are not taken for good.
 * @param labelErrors share of the documents whose labels are wrong themselves: so many errors are not counted
 */
export function assuredShares(
  approvals: readonly JudgedApproval[],
  labelErrors = 0,
): ClassCalibration['assured'] {
  const sorted = [...approvals].sort((a, b) => b.confidence - a.confidence);
  let wrong = 0;
  let doubt = 0;
  const bounds = sorted.flatMap(({ confidence, right }, i) => {
    wrong += right ? 0 : 1;
    doubt += 1 - confidence;
    // Documents of one confidence are approved together.
    if (sorted[i + 1]?.confidence === confidence) return [];
    const seen = i + 1;
    const errors = Math.max(0, wrong - labelErrors * seen) + (priorDocuments * doubt) / seen;
    const mean = errors / (seen + priorDocuments);
    const deviation = Math.sqrt((mean * (1 - mean)) / (seen + priorDocuments + 1));
    return [{ from: confidence, right: Math.max(0, 1 - mean - boundDeviations * deviation) }];
  });
  const rising: { from: number; right: number }[] = [];
  for (const { from, right } of bounds.reverse()) {
    if (down(right) > (rising.at(-1)?.right ?? 0)) rising.push({ from: down(from), right: down(right) });
  }
  return rising;
}

function down(value: number): number {
  return Math.floor(value * 1e4) / 1e4;
}
