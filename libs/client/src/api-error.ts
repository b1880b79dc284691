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

/** A file changed, or could not be read any more, while it was sent. */
export class UnreadableFileError extends Error {
  constructor(cause: unknown) {
    super('A file changed, or could not be read any more, while it was sent', { cause });
    this.name = 'UnreadableFileError';
  }
}

/** Whether a call failed because of the file that it sent: Blobs of files say so by this name. */
export function isUnreadableFile(error: unknown): boolean {
  const { name, cause } = error instanceof Error ? error : {};
  return name === 'NotReadableError' || (cause !== undefined && isUnreadableFile(cause));
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
