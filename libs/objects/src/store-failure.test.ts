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

  it('never reports a document fault when writing', () => {
    expect(storeFailureCode(sdkError('NoSuchBucket', 404), 'write')).toBe('STORE_UNAVAILABLE');
    expect(storeFailureCode(sdkError('AccessDenied', 403), 'write')).toBe('STORE_UNAVAILABLE');
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
