import { createHash } from 'node:crypto';
import {
  samplePercent,
  type DocumentFields,
  type Finding,
  type ReviewPolicy,
  type RunVerdict,
  type Verdict,
} from '@docfleet/domain';

/**
 * Whether a person looks at a result before the run ends. A sample is drawn by a hash of the runId, so a repeated attempt
 * decides the same.
 */
export function needsPerson(
  policy: ReviewPolicy,
  { runId, verdict }: { readonly runId: string; readonly verdict: Verdict },
): boolean {
  switch (policy) {
    case 'never':
      return false;
    case 'always':
      return true;
    case 'below-threshold':
      return verdict === 'review';
    default:
      return verdict === 'review' || drawnAt(runId) < (samplePercent(policy) ?? 0);
  }
}

/** A number from 0, below 100: the same for a runId on every machine. */
function drawnAt(runId: string): number {
  const hash = createHash('sha256').update(`review-sample:${runId}`).digest();
  return (hash.readUInt32BE(0) / 2 ** 32) * 100;
}

/** The largest amount of money in any document; undefined without one. */
export function largestAmount(documents: readonly DocumentFields[]): number | undefined {
  const amounts = documents.flatMap(({ fields }) =>
    fields.flatMap(({ type, normalised }) => {
      const amount = Math.abs(Number(normalised));
      return type === 'money' && Number.isFinite(amount) ? [amount] : [];
    }),
  );
  return amounts.length === 0 ? undefined : Math.max(...amounts);
}

/** Whether two people approve the run, because an amount of money is above the limit. */
export function needsTwoPeople(documents: readonly DocumentFields[], fourEyesAbove: number | null): boolean {
  return fourEyesAbove !== null && (largestAmount(documents) ?? 0) > fourEyesAbove;
}

const autoApproved: Finding = {
  code: 'AUTO_APPROVED',
  severity: 'info',
  fields: [],
  message:
    'No person could review the document in time, and the machine is sure of it; it is reviewed afterwards.',
};

/** Why a person looks at a result: codes of findings, or that the policy of the run wants it. */
export function reasonsFor(verdict: RunVerdict): readonly string[] {
  const codes = verdict.documents.flatMap(({ findings }) =>
    findings.flatMap(({ code, severity }) => (severity === 'info' ? [] : [code])),
  );
  return codes.length === 0 ? ['POLICY'] : [...new Set(codes)];
}

/** Whether the verdict is one of `approvedWithoutPerson`. */
export function isApprovedWithoutPerson({ documents }: RunVerdict): boolean {
  return documents.some(({ findings }) => findings.some(({ code }) => code === autoApproved.code));
}

/** The verdict of a run that is approved because no person can look at it now; every document says so. */
export function approvedWithoutPerson(verdict: RunVerdict): RunVerdict {
  return {
    verdict: 'approve',
    documents: verdict.documents.map((document) => ({
      ...document,
      verdict: 'approve',
      findings: [...document.findings, autoApproved],
    })),
  };
}
