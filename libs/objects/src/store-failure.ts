import { FailureError, type FailureCode } from '@docfleet/domain';

/** A missing object is a `document` fault when reading, and an infrastructure fault when writing. */
export type StoreAction = 'read' | 'write';

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

/** Errors about the credentials or clock of this process, not about the object. */
const credentialNames = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'RequestTimeTooSkewed',
  'AuthorizationHeaderMalformed',
]);

/** The failure code of an error that an S3 client threw. */
export function storeFailureCode(thrown: unknown, action: StoreAction): FailureCode {
  const { name, message, status } = factsOf(thrown);
  if (status === 507 || fullNames.has(name) || fullText.test(message)) return 'STORE_FULL';
  if (action === 'write' || credentialNames.has(name)) return 'STORE_UNAVAILABLE';
  if (missingNames.has(name) || status === 404 || status === 403) return 'SOURCE_NOT_FOUND';
  return 'STORE_UNAVAILABLE';
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
