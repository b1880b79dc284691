import { FailureError } from '@docfleet/domain';
import { describe, expect, it } from 'vitest';
import { storeFailureCode, toStoreError } from './store-failure.ts';

const sdkError = (name: string, status: number | undefined, message = ''): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });

describe('storeFailureCode', () => {
  it.each([
    [sdkError('NoSuchKey', 404), 'SOURCE_NOT_FOUND'],
    [sdkError('NotFound', 404), 'SOURCE_NOT_FOUND'],
    [sdkError('NoSuchBucket', 404), 'SOURCE_NOT_FOUND'],
    [sdkError('AccessDenied', 403), 'SOURCE_NOT_FOUND'],
    [sdkError('403', 403), 'SOURCE_NOT_FOUND'],
    [sdkError('InvalidArgument', 400), 'SOURCE_NOT_FOUND'],
    [sdkError('KeyTooLongError', 400), 'SOURCE_NOT_FOUND'],
    [sdkError('XMinioInvalidObjectName', 400), 'SOURCE_NOT_FOUND'],
    [sdkError('400', 400), 'SOURCE_NOT_FOUND'],
    [sdkError('UnknownError', 414), 'SOURCE_NOT_FOUND'],
    [sdkError('ExpiredToken', 400), 'STORE_UNAVAILABLE'],
    [sdkError('RequestTimeout', 400), 'STORE_UNAVAILABLE'],
    [sdkError('AuthorizationHeaderMalformed', 400), 'STORE_UNAVAILABLE'],
    [sdkError('401', 401), 'STORE_UNAVAILABLE'],
    [sdkError('TooManyRequests', 429), 'STORE_UNAVAILABLE'],
    [sdkError('SignatureDoesNotMatch', 403), 'STORE_UNAVAILABLE'],
    [sdkError('XMinioStorageFull', 507), 'STORE_FULL'],
    [sdkError('QuotaExceeded', 403), 'STORE_FULL'],
    [sdkError('InternalError', 500, 'assign volume: no free volumes left'), 'STORE_FULL'],
    [sdkError('InternalError', 500, 'write /data/1.dat: no space left on device'), 'STORE_FULL'],
    [sdkError('InternalError', 500, 'We encountered an internal error'), 'STORE_UNAVAILABLE'],
    [sdkError('SlowDown', 503), 'STORE_UNAVAILABLE'],
    [sdkError('TimeoutError', undefined), 'STORE_UNAVAILABLE'],
    [new Error('connect ECONNREFUSED 127.0.0.1:1'), 'STORE_UNAVAILABLE'],
    ['not an error', 'STORE_UNAVAILABLE'],
  ])('reading: %s is %s', (thrown, code) => {
    expect(storeFailureCode(thrown, 'read')).toBe(code);
  });

  it.each([
    [sdkError('KeyTooLongError', 400), 'RECORD_INVALID'],
    [sdkError('InvalidRequest', 400), 'RECORD_INVALID'],
    [sdkError('InvalidArgument', 400), 'RECORD_INVALID'],
    [sdkError('UnknownError', 414), 'RECORD_INVALID'],
    [sdkError('MethodNotAllowed', 405), 'RECORD_INVALID'],
    [sdkError('NoSuchBucket', 404), 'STORE_UNAVAILABLE'],
    [sdkError('AccessDenied', 403), 'STORE_UNAVAILABLE'],
    [sdkError('403', 403), 'STORE_UNAVAILABLE'],
    [sdkError('OperationAborted', 409), 'STORE_UNAVAILABLE'],
    [sdkError('PreconditionFailed', 412), 'STORE_UNAVAILABLE'],
    [sdkError('ExpiredToken', 400), 'STORE_UNAVAILABLE'],
    [sdkError('BadDigest', 400), 'STORE_UNAVAILABLE'],
    [sdkError('IncompleteBody', 400), 'STORE_UNAVAILABLE'],
    [sdkError('RequestTimeout', 408), 'STORE_UNAVAILABLE'],
    [sdkError('TooManyRequests', 429), 'STORE_UNAVAILABLE'],
    [sdkError('QuotaExceeded', 403), 'STORE_FULL'],
    [sdkError('InternalError', 500), 'STORE_UNAVAILABLE'],
    [new Error('connect ECONNREFUSED 127.0.0.1:1'), 'STORE_UNAVAILABLE'],
  ])('writing: %s is %s', (thrown, code) => {
    expect(storeFailureCode(thrown, 'write')).toBe(code);
  });

  it('takes whatever is answered to a probe for a fault of the store', () => {
    expect(storeFailureCode(sdkError('400', 400), 'probe')).toBe('STORE_UNAVAILABLE');
    expect(storeFailureCode(sdkError('NotFound', 404), 'probe')).toBe('STORE_UNAVAILABLE');
    expect(storeFailureCode(sdkError('XMinioStorageFull', 507), 'probe')).toBe('STORE_FULL');
  });
});

describe('toStoreError', () => {
  it('keeps an error with a failure code', () => {
    const failure = new FailureError('DOC_TOO_LARGE');
    expect(toStoreError(failure, 'read')).toBe(failure);
  });

  it("returns the reason of an abort instead of the client's error", () => {
    const reason = new FailureError('TIMEOUT_FETCH');
    expect(toStoreError(sdkError('AbortError', undefined), 'read', AbortSignal.abort(reason))).toBe(reason);
  });

  it('keeps the error of the client as the cause', () => {
    const thrown = sdkError('SlowDown', 503);
    expect(toStoreError(thrown, 'read')).toMatchObject({ code: 'STORE_UNAVAILABLE', cause: thrown });
  });
});
