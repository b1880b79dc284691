/** What a receiver answered, or why there is no answer. */
export type Answer =
  | {
      readonly status: number;
      /** Header Retry-After, in milliseconds. */
      readonly retryAfterMs?: number | undefined;
    }
  | { readonly problem: SendProblem };

/** Why a message was not answered. */
export const sendProblems = [
  'TIMEOUT',
  'NAME_NOT_FOUND',
  'ADDRESS_REFUSED',
  'URL_REFUSED',
  'CONNECTION_FAILED',
  'TLS_FAILED',
] as const;
export type SendProblem = (typeof sendProblems)[number];

/** Pauses between attempts, in milliseconds. */
export interface Pauses {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** What becomes of a delivery. `disable`: its endpoint has said that it is gone. */
export type Verdict =
  | { readonly state: 'delivered'; readonly problem: null }
  | { readonly state: 'failed'; readonly problem: string; readonly disable: boolean }
  | { readonly state: 'pending'; readonly problem: string; readonly afterMs: number };

/** Longest Retry-After that is followed, in milliseconds. */
const longestRetryAfterMs = 3_600_000;

const gone = 410;

/**
 * Judges an attempt. Whatever is not a success is tried again until the delivery is past its time: the pause is three
 * times what has passed so far, bounded, and up to half shorter by chance (`random`, 0 to 1), so that deliveries which
 * failed together do not come back together.
 */
export function judgeAttempt(
  answer: Answer,
  delivery: { readonly ageMs: number; readonly expiresInMs: number; readonly isCallback: boolean },
  { firstMs, longestMs, random }: Pauses & { readonly random: number },
): Verdict {
  const problem = problemOf(answer, delivery.isCallback);
  if (problem === undefined) return { state: 'delivered', problem: null };
  if ('status' in answer && answer.status === gone) return { state: 'failed', problem, disable: true };
  if (problem === 'URL_REFUSED') return { state: 'failed', problem, disable: false };
  const pauseMs = Math.min(firstMs + 2 * Math.max(delivery.ageMs, 0), longestMs) * (1 - random / 2);
  const asked = 'status' in answer ? (answer.retryAfterMs ?? 0) : 0;
  const afterMs = Math.round(Math.max(pauseMs, Math.min(asked, longestRetryAfterMs)));
  if (afterMs >= delivery.expiresInMs) return { state: 'failed', problem, disable: false };
  return { state: 'pending', problem, afterMs };
}

/** A redirect is a failure: following it would send a signed message where nobody has asked for it. */
function problemOf(answer: Answer, isCallback: boolean): string | undefined {
  if ('problem' in answer) {
    return answer.problem === 'TIMEOUT' && isCallback ? 'TIMEOUT_CALLBACK' : answer.problem;
  }
  const { status } = answer;
  if (status >= 200 && status < 300) return undefined;
  return status >= 300 && status < 400 ? 'REDIRECT_NOT_FOLLOWED' : `HTTP_${status}`;
}

/** The time that a header Retry-After names, in milliseconds; undefined for a date or another text. */
export function retryAfterOf(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : undefined;
}
