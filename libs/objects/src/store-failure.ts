import { FailureError, type FailureCode } from '@docfleet/domain';

/**
 * What was asked of the store. A missing object is a `document` fault when reading, a missing bucket an infrastructure
 * fault when writing; a `probe` names nothing of a record, so whatever is answered to it is an infrastructure fault.
 */
export type StoreAction = 'read' | 'write' | 'probe';

const fullNames = new Set([
  'XMinioStorageFull',
  'XMinioStorageFullException',
  'QuotaExceeded',
  'QuotaExceededException',
  'InsufficientStorage',
  'InsufficientCapacity',
]);

/** Servers without free volumes or disk report it only in the text of an internal error. */
const fullText =
  /no space left|disk (is )?full|no (more )?writable volumes?|no free volumes?|not enough (data nodes|volume|free|space)|volume growth|insufficient storage|quota exceeded/i;

const missingNames = new Set(['NoSuchKey', 'NoSuchBucket', 'NotFound', 'AccessDenied', 'Forbidden']);

/** Errors about the credentials, the clock, the pace or the connection of this process, not about the object. */
const ownFaultNames = new Set([
  'BadDigest',
  'IncompleteBody',
  'XAmzContentSHA256Mismatch',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'RequestTimeTooSkewed',
  'AuthorizationHeaderMalformed',
  'RequestTimeout',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'TooManyRequests',
]);

/** Statuses of a client's fault that say nothing about the object: wrong credentials, too slow, too many. */
const ownFaultStatuses = new Set([401, 407, 408, 429]);

/** Statuses of a write that say nothing about its name: no right to write, no bucket, and another write of the same name. */
const absenceStatuses = new Set([403, 404, 409, 412]);

/**
 * The failure code of an error that an S3 client threw.
 *
 * A store that refuses a key (400 for one that it cannot have; for reading also 404 and 403) is available, so that is a fault
 * of whoever named the object: `SOURCE_NOT_FOUND` for reading, and for writing `RECORD_INVALID`, because the names of what
 * is written are made from the record. An answer to HEAD has no body and so no code, only its status.
 */
export function storeFailureCode(thrown: unknown, action: StoreAction): FailureCode {
  const { name, message, status } = factsOf(thrown);
  if (status === 507 || fullNames.has(name) || fullText.test(message)) return 'STORE_FULL';
  if (action === 'probe' || ownFaultNames.has(name) || !isRefusal(name, status)) return 'STORE_UNAVAILABLE';
  if (action === 'read') return 'SOURCE_NOT_FOUND';
  return isMissing(name, status) ? 'STORE_UNAVAILABLE' : 'RECORD_INVALID';
}

/** Whether the store has answered that it will not do this, however often it is asked. */
function isRefusal(name: string, status: number | undefined): boolean {
  return (
    missingNames.has(name) ||
    (status !== undefined && status >= 400 && status < 500 && !ownFaultStatuses.has(status))
  );
}

/** What is written needs a bucket and the right to write there: whoever runs the store sees to that. */
function isMissing(name: string, status: number | undefined): boolean {
  return missingNames.has(name) || (status !== undefined && absenceStatuses.has(status));
}

/**
 * Translates an error of the S3 client: after an abort it is the reason of the signal, a `FailureError` is unchanged,
 * everything else gets a failure code.
 */
export function toStoreError(thrown: unknown, action: StoreAction, signal?: AbortSignal): unknown {
  if (signal?.aborted === true) return signal.reason;
  if (thrown instanceof FailureError) return thrown;
  return new FailureError(storeFailureCode(thrown, action), {}, { cause: thrown });
}

/** Whether a conditional write failed because the name exists. */
export function isNameTaken(thrown: unknown): boolean {
  const { name, status } = factsOf(thrown);
  return name === 'PreconditionFailed' || status === 412;
}

/** Whether a conditional write met another one of the same name, and has to be repeated. */
export function isWriteConflict(thrown: unknown): boolean {
  const { name, status } = factsOf(thrown);
  return name === 'ConditionalRequestConflict' || status === 409;
}

interface ErrorFacts {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
}

function factsOf(thrown: unknown): ErrorFacts {
  if (!(thrown instanceof Error)) return { name: '', message: '', status: undefined };
  const metadata: unknown = '$metadata' in thrown ? thrown.$metadata : undefined;
  const status: unknown =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : undefined;
  return {
    name: thrown.name,
    message: thrown.message,
    status: typeof status === 'number' ? status : undefined,
  };
}
