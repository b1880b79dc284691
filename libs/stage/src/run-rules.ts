import type { RunContext } from '@docfleet/contracts';
import { cleanText, FailureError, isIdentifier, isTime, maxAttempts } from '@docfleet/domain';

/** RFC 9562, in lower case, with a variant: the last 16 digits are a span's id, which must not be all zeroes. */
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const day = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/** Longest tenant and callback address, in UTF-16 code units. */
const maxLengths = { tenantId: 64, callbackUrl: 2_048 } as const;

/** Largest duration and size, either way: what a stage adds to one still fits the long of a schema. */
const maxNumber = 2 ** 52;

/**
 * Refuses a context that no stage can have written, before anything is derived from it: names of objects, traces, rows,
 * and times. Whatever preprocess accepts passes.
 *
 * @throws FailureError `RECORD_INVALID`
 */
export function checkRun(run: RunContext): void {
  if (!hasIds(run) || !hasTimes(run) || !hasAmounts(run) || !hasPlainTexts(run))
    throw new FailureError('RECORD_INVALID');
}

function hasIds({ runId, tenantId, requestId, documentId, region, callbackUrl }: RunContext): boolean {
  return (
    uuid.test(runId) &&
    isIdentifier(tenantId, maxLengths.tenantId) &&
    isIdentifier(region) &&
    (requestId === null || isIdentifier(requestId)) &&
    (documentId === null || isIdentifier(documentId)) &&
    (callbackUrl === null || isIdentifier(callbackUrl, maxLengths.callbackUrl))
  );
}

function hasTimes({ claimDate, acceptedAt, expiresAt }: RunContext): boolean {
  return day.test(claimDate) && isTime(acceptedAt) && isTime(expiresAt);
}

function hasAmounts(run: RunContext): boolean {
  const { revision, budgetMs, usedMs, spend, maxBytes, maxPages, maxPagePixels, timings } = run;
  return (
    revision >= 1 &&
    Number.isFinite(spend) &&
    [budgetMs, maxBytes, maxPages, maxPagePixels].every((most) => most >= 0) &&
    isSmall(usedMs) &&
    timings.every(
      ({ stage, attempt, queuedMs, activeMs }) =>
        isIdentifier(stage) &&
        attempt >= 1 &&
        attempt <= maxAttempts &&
        isSmall(queuedMs) &&
        isSmall(activeMs),
    )
  );
}

/** A clock that was set back makes a duration negative. */
function isSmall(durationMs: number): boolean {
  return Math.abs(durationMs) <= maxNumber;
}

function hasPlainTexts({ route, degradation, fileName, expectations }: RunContext): boolean {
  const texts = [fileName ?? '', ...Object.entries(expectations).flat()];
  return isIdentifier(route) && isIdentifier(degradation) && texts.every((text) => cleanText(text) === text);
}
