/** How a try went: an answer that may be better later, or none. */
export type FailedTry = { readonly status: number; readonly retryAfter: string | null } | 'no answer';

/** First pause before a call is made again, in milliseconds. It doubles with each try. */
const firstPauseMs = 500;

/** Longest pause that no answer asked for, in milliseconds. */
const longestPauseMs = 15_000;

/** Answers of a gateway, or of what stands before it, that another try may change. */
const passing: readonly number[] = [502, 503, 504];

/**
 * The pause before a call is made again, in milliseconds; undefined: it is not. A call that may have had an effect is
 * repeated only when that is harmless; 429 says that it had none.
 *
 * @param tries those made so far, from 1
 * @param random from 0 to 1: spreads the calls of many clients
 */
export function pauseBeforeRetry(
  failed: FailedTry,
  call: { readonly isRepeatable: boolean; readonly tries: number },
  context: { readonly now: number; readonly random: number },
): number | undefined {
  const backOffMs =
    Math.min(longestPauseMs, firstPauseMs * 2 ** (call.tries - 1)) * (0.5 + context.random / 2);
  if (failed === 'no answer') return call.isRepeatable ? backOffMs : undefined;
  const mayPass = failed.status === 429 || (passing.includes(failed.status) && call.isRepeatable);
  if (!mayPass) return undefined;
  return Math.max(retryAfterMs(failed.retryAfter, context.now) ?? 0, backOffMs);
}

/** Retry-After (RFC 9110, 10.2.3) in milliseconds: seconds, or a date. Undefined for none, or what is neither. */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
