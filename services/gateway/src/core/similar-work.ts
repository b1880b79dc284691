/** What tells documents of one kind from those of another before they were read. */
export interface DocumentKind {
  /** Null when unknown. */
  readonly mediaType: string | null;
  /** 0 when unknown. */
  readonly sizeBytes: number;
  /** 0 when unknown. */
  readonly pageCount: number;
}

/** A document that was worked on in a stage. */
export interface Worked extends DocumentKind {
  readonly runId: string;
  /** In milliseconds. */
  readonly activeMs: number;
}

/** How far apart two documents are of which one has another media type, or of which nothing can be compared. */
const otherType = 3;
const unknown = 1;

/** Weights fall to a half over this distance. */
const halfDistance = 0.35;

/**
 * Estimates the work on a document from that on similar ones: the weighted median, with weights that fall with the distance in
 * kind. In a stage that works on pages it is in proportion to them where they are known.
 */
export function workOf(
  worked: readonly Worked[],
  { isPaged }: { readonly isPaged: boolean },
): (document: DocumentKind, leftOut?: string) => number {
  const known = new Map<string, number>();
  const estimate = (document: DocumentKind, leftOut?: string): number => {
    const weighed = worked
      .filter(({ runId }) => runId !== leftOut)
      .map((other) => ({
        value: other.activeMs * (isPaged ? pagesRatio(document, other) : 1),
        weight: 2 ** (-distance(document, other) / halfDistance),
      }))
      .toSorted((a, b) => a.value - b.value);
    const half = weighed.reduce((sum, { weight }) => sum + weight, 0) / 2;
    let sum = 0;
    for (const { value, weight } of weighed) {
      sum += weight;
      if (sum >= half) return value;
    }
    return 0;
  };
  // The same documents are asked about again and again while a load is summed up.
  return (document, leftOut) => {
    if (leftOut !== undefined) return estimate(document, leftOut);
    const key = `${document.mediaType ?? ''} ${document.sizeBytes} ${document.pageCount}`;
    const found = known.get(key) ?? estimate(document);
    known.set(key, found);
    return found;
  };
}

function pagesRatio(document: DocumentKind, other: DocumentKind): number {
  return document.pageCount === 0 || other.pageCount === 0 ? 1 : document.pageCount / other.pageCount;
}

function distance(document: DocumentKind, other: DocumentKind): number {
  const types =
    document.mediaType === null || other.mediaType === null || document.mediaType === other.mediaType
      ? 0
      : otherType;
  if (document.sizeBytes === 0 || other.sizeBytes === 0) return types + unknown;
  const pages = pagesRatio(document, other);
  return types + Math.abs(Math.log(document.sizeBytes / other.sizeBytes / pages));
}
