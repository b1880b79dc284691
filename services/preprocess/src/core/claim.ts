import { createHash } from 'node:crypto';
import type { DocumentSubmitted } from '@docfleet/contracts';
import type { SourcePosition } from '@docfleet/domain';

/** The content of `claims/<runId>`: the submission that the run belongs to. The first one created stands. */
export interface Claim {
  /** Digest of the submission. */
  readonly submission: string;
  readonly source: SourcePosition;
  /** UTC day, `yyyy-mm-dd`. */
  readonly claimDate: string;
  /** Set where the run was erased: the claim stays without content, so that nothing of the run begins again. */
  readonly erased?: true | undefined;
}

/** A record compared with the claim that stands: its own, a repeated submission, a different one, or one of an erased run. */
export type ClaimDecision = 'ours' | 'duplicate' | 'conflict' | 'erased';

/** Compares a record's own claim with the one that stands. */
export function decideClaim(ours: Claim, standing: Claim): ClaimDecision {
  if (standing.erased === true) return 'erased';
  if (ours.submission !== standing.submission) return 'conflict';
  return samePosition(ours.source, standing.source) ? 'ours' : 'duplicate';
}

function samePosition(a: SourcePosition, b: SourcePosition): boolean {
  return a.topic === b.topic && a.partition === b.partition && a.offset === b.offset;
}

/**
 * Digest of a submission (SHA-256, hex): the document and every option, in a fixed order. The time of submission is not
 * part of it, so that a repeated record is the same submission.
 */
export function submissionDigest(submission: DocumentSubmitted): string {
  const { tenantId, requestId, documentId, source, fileName, region, callbackUrl, route } = submission;
  const expectations = Object.entries(submission.expectations).sort(([a], [b]) => (a < b ? -1 : 1));
  const { documentClass, checks } = submission;
  // Only where one is given: claims of earlier releases know neither.
  const options = documentClass === null && checks ? [] : [documentClass, checks];
  const facts = [
    tenantId,
    requestId,
    documentId,
    source.uri,
    source.sha256,
    fileName,
    region,
    callbackUrl,
    route,
    expectations,
    ...options,
  ];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}
