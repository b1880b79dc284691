import type { Problem } from './generated/types.ts';

/** The API answered, and refused. */
export class ApiError extends Error {
  /** HTTP status. */
  readonly status: number;
  /** Stable code, as the page of failure codes lists them; `HTTP_<status>` where the answer was no problem document. */
  readonly code: string;
  /** The problem document (RFC 9457), where the answer was one. */
  readonly problem: Problem | undefined;
  /** Time to wait before another try, in milliseconds, where the answer said one. */
  readonly retryAfterMs: number | undefined;

  constructor(answer: {
    readonly status: number;
    readonly body: string;
    readonly retryAfterMs?: number | undefined;
  }) {
    const problem = problemIn(answer.body);
    super(
      problem === undefined
        ? `HTTP ${answer.status} ${answer.body.slice(0, 200)}`.trim()
        : sentenceOf(problem),
    );
    this.name = 'ApiError';
    this.status = answer.status;
    this.code = problem?.code ?? `HTTP_${answer.status}`;
    this.problem = problem;
    this.retryAfterMs = answer.retryAfterMs;
  }
}

/** No answer came within the client's patience; `cause` says what happened the last time. */
export class UnreachableError extends Error {
  constructor(api: string, cause: unknown) {
    super(`${api} does not answer`, { cause });
    this.name = 'UnreachableError';
  }
}

function sentenceOf({ title, errors = [] }: Problem): string {
  return [title, ...errors.map(({ path, message }) => `${path}: ${message}`)].join(' ');
}

/** Undefined for any other text: a proxy's page, or nothing. */
function problemIn(body: string): Problem | undefined {
  try {
    const read = JSON.parse(body) as Partial<Problem> | null;
    return typeof read?.code === 'string' && typeof read.title === 'string' ? (read as Problem) : undefined;
  } catch {
    return undefined;
  }
}
