/**
 * Every failure code with its category and public message.
 *
 * The category decides what happens (M-13): a `document` fault ends the run failed; an `infrastructure` fault is
 * retried and, with attempts used up, becomes a dead letter and a failed outcome; a `timeout` ends the run; an
 * `order` is a cancellation; a `request` fault is returned to the caller and changes no run.
 */
export const failures = {
  UNSUPPORTED_TYPE: {
    category: 'document',
    message: 'The file is not a PDF, PNG, JPEG, TIFF or WebP document.',
  },
  DOC_CORRUPT: { category: 'document', message: 'The file is damaged and cannot be opened.' },
  DOC_EMPTY: { category: 'document', message: 'The document has no page that could be read.' },
  PASSWORD_REQUIRED: { category: 'document', message: 'The document is protected by a password.' },
  DOC_TOO_LARGE: { category: 'document', message: 'The document has more bytes or pages than allowed.' },
  PAGE_TOO_LARGE: { category: 'document', message: 'A page of the document is larger than allowed.' },
  DOC_CRASHED_PARSER: {
    category: 'document',
    message: 'The document crashed its parser twice and is not tried again.',
  },
  SOURCE_NOT_FOUND: {
    category: 'document',
    message: 'The referenced file does not exist or may not be read.',
  },
  RESULTS_UNREADABLE: {
    category: 'document',
    message: 'What earlier stages stored of the document cannot be read.',
  },
  SOURCE_CHANGED: { category: 'document', message: 'The referenced file is not the one that was submitted.' },

  TIMEOUT_FETCH: { category: 'timeout', message: 'Fetching the document took too long.' },
  TIMEOUT_PREPARE: { category: 'timeout', message: 'Preparing the pages took too long.' },
  TIMEOUT_OCR: { category: 'timeout', message: 'Reading the pages took too long.' },
  TIMEOUT_LLM: { category: 'timeout', message: 'Classifying or extracting the document took too long.' },
  TIMEOUT_VALIDATE: { category: 'timeout', message: 'Checking the fields took too long.' },
  TIMEOUT_REVIEW: { category: 'timeout', message: 'Storing the task for a person took too long.' },
  TIMEOUT_CALLBACK: { category: 'timeout', message: 'The callback address did not answer in time.' },
  TIMEOUT_RUN: { category: 'timeout', message: 'The run used up its time budget.' },
  RUN_EXPIRED: { category: 'timeout', message: 'The run did not end within its allowed age.' },

  STORE_UNAVAILABLE: { category: 'infrastructure', message: 'The object store is not available.' },
  STORE_FULL: { category: 'infrastructure', message: 'The object store is out of space.' },
  DATABASE_UNAVAILABLE: { category: 'infrastructure', message: 'The database is not available.' },
  BROKER_UNAVAILABLE: { category: 'infrastructure', message: 'The message broker is not available.' },
  REGISTRY_UNAVAILABLE: { category: 'infrastructure', message: 'The schema registry is not available.' },
  ENGINE_UNAVAILABLE: { category: 'infrastructure', message: 'No engine is available to read the pages.' },
  WORKER_CRASHED: { category: 'infrastructure', message: 'A worker process ended while it executed a task.' },
  INTERNAL_ERROR: { category: 'infrastructure', message: 'An unexpected error occurred.' },

  RUN_CANCELLED: { category: 'order', message: 'The run was cancelled.' },

  RECORD_UNDECODABLE: {
    category: 'request',
    message: 'The record cannot be decoded with a published schema.',
  },
  RECORD_INVALID: {
    category: 'request',
    message: 'The record was decoded but violates a rule of its schema.',
  },
  INVALID_SUBMISSION: {
    category: 'request',
    message: 'The submission contains an identifier or address that is not allowed.',
  },
  RECORD_TOO_LARGE: { category: 'request', message: 'The record is larger than 256 KiB.' },
  REQUEST_CONFLICT: {
    category: 'request',
    message: 'The requestId was used before with a different document or different options.',
  },
  TENANT_UNVERIFIED: { category: 'request', message: 'The tenant of the record could not be verified.' },
  REGION_MISMATCH: { category: 'request', message: 'The document belongs to another region.' },
  REQUEST_INVALID: { category: 'request', message: 'The request is not valid.' },
  UNAUTHENTICATED: {
    category: 'request',
    message: 'The API key or token is missing, unknown or not valid.',
  },
  FORBIDDEN: { category: 'request', message: 'The role of the caller does not allow this.' },
  TENANT_SUSPENDED: { category: 'request', message: 'The tenant is suspended.' },
  NOT_FOUND: { category: 'request', message: 'Resource not found.' },
  ALREADY_EXISTS: { category: 'request', message: 'A resource with this id exists already.' },
  REVISION_UNFINISHED: {
    category: 'request',
    message: 'The previous revision has not ended yet; try again when it has.',
  },
  NOT_REDRIVABLE: { category: 'request', message: 'The record belongs to no run, so it cannot be redriven.' },
  LIMIT_REACHED: {
    category: 'request',
    message: 'There are as many of these as allowed; remove one first.',
  },
  ALREADY_ENDED: { category: 'request', message: 'The run or batch has already ended.' },
  VERSION_CONFLICT: {
    category: 'request',
    message: 'The review task was changed since it was read; read it again and repeat the change.',
  },
  LEASE_LOST: {
    category: 'request',
    message: 'The caller does not hold the review task; claim it, and send the change again.',
  },
  TASK_CLOSED: {
    category: 'request',
    message: 'The review task was decided, or its run has ended; it stays as it is.',
  },
  CHANGE_REFUSED: {
    category: 'request',
    message: 'A change does not fit the document; the errors say why, and nothing was changed.',
  },
  CHANGE_CONFLICT: {
    category: 'request',
    message: 'The changeId was used before for other changes; use a new one.',
  },
  DECISION_CONFLICT: {
    category: 'request',
    message: 'The decisionId was used before for another decision or another task; use a new one.',
  },
  ARCHIVE_REFUSED: {
    category: 'request',
    message: 'The archive is damaged, or contains what is not allowed.',
  },
  BATCH_STARTED: {
    category: 'request',
    message: 'The batch was started or has ended; its files stay as they are.',
  },
  DRAFT_EXPIRED: { category: 'request', message: 'The draft has expired; begin a new one.' },
  FLEET_NOT_READY: {
    category: 'request',
    message: 'The fleet cannot take a batch right now; the errors say why.',
  },
  ERASED: {
    category: 'request',
    message: 'The run of this requestId was erased; it is not processed again.',
  },
  DATA_EXPIRED: {
    category: 'request',
    message: 'The run has ended, and its data were removed at the end of their retention.',
  },
  AUDIT_UNAVAILABLE: {
    category: 'request',
    message: 'The audit log cannot take this call right now; try again later.',
  },
  IDENTITY_UNAVAILABLE: {
    category: 'request',
    message: 'The token cannot be checked right now, because its issuer does not answer; try again later.',
  },
  RATE_LIMITED: { category: 'request', message: 'Too many requests; try again later.' },
  QUOTA_EXCEEDED: { category: 'request', message: 'A quota of the tenant is used up; try again later.' },
  SERVICE_UNAVAILABLE: {
    category: 'request',
    message: 'The service cannot answer right now; try again later.',
  },
} as const satisfies Record<string, { category: FailureCategory; message: string }>;

export type FailureCategory = 'document' | 'timeout' | 'infrastructure' | 'order' | 'request';

export type FailureCode = keyof typeof failures;

/** Facts about a failure that may leave the process: no page content, no personal data (allow-listed keys). */
export interface FailureDetails {
  readonly stage?: string;
  readonly page?: number;
  readonly limit?: number;
  readonly actual?: number;
  readonly mediaType?: string;
  readonly attempt?: number;
}

/** A failure as written to results, headers, dead letters and terminal events. */
export interface Failure {
  readonly code: FailureCode;
  readonly message: string;
  readonly details: FailureDetails;
}

/** An error with a failure code. Adapters throw it; `cause` is the original error, for the log. */
export class FailureError extends Error {
  readonly code: FailureCode;
  readonly details: FailureDetails;

  constructor(code: FailureCode, details: FailureDetails = {}, options: { cause?: unknown } = {}) {
    super(failures[code].message, options);
    this.name = 'FailureError';
    this.code = code;
    this.details = details;
  }
}

export function isFailureCode(value: unknown): value is FailureCode {
  return typeof value === 'string' && Object.hasOwn(failures, value);
}

export function failure(code: FailureCode, details: FailureDetails = {}): Failure {
  return { code, message: failures[code].message, details };
}

export function failureCategory(code: FailureCode): FailureCategory {
  return failures[code].category;
}

/** Whether the same task can succeed later without a change. */
export function isRetryable(code: FailureCode): boolean {
  return failureCategory(code) === 'infrastructure';
}

/**
 * Whether the broker refused a record for itself. It is refused at every try, so it must not be tried again in front of
 * other records; every other error of a send may pass.
 */
export function isRecordRefused(error: unknown): boolean {
  const { code } = toFailure(error);
  return code === 'RECORD_TOO_LARGE' || code === 'RECORD_INVALID';
}

const codesOfSystemErrors: Readonly<Record<string, FailureCode>> = {
  ENOSPC: 'STORE_FULL',
  EDQUOT: 'STORE_FULL',
};

/** The failure of a thrown value: follows `cause`; never throws; an error without a code is `INTERNAL_ERROR`. */
export function toFailure(thrown: unknown): Failure {
  let current: unknown = thrown;
  for (let depth = 0; depth < 8 && typeof current === 'object' && current !== null; depth += 1) {
    if (current instanceof FailureError) return failure(current.code, current.details);
    const code = property(current, 'code');
    if (typeof code === 'string' && Object.hasOwn(codesOfSystemErrors, code)) {
      return failure(codesOfSystemErrors[code] ?? 'INTERNAL_ERROR');
    }
    current = property(current, 'cause');
  }
  return failure('INTERNAL_ERROR');
}

/** Reads a property; a getter that throws counts as absent. */
function property(from: object, name: string): unknown {
  try {
    return (from as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}
