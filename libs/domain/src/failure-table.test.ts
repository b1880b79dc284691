import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import {
  failure,
  failureCategory,
  FailureError,
  failures,
  isFailureCode,
  isRetryable,
  toFailure,
  type FailureCode,
} from './failure.ts';

/** Codes with category and message, as `docs/failures.md` has them: a table for each category. */
function documentedFailures(): readonly (readonly string[])[] {
  const page = readFileSync(new URL('../../../docs/failures.md', import.meta.url), 'utf8');
  return page
    .split('\n## ')
    .slice(1)
    .flatMap((section) => {
      const category = section.slice(0, section.indexOf('\n'));
      const rows = [...section.matchAll(/^\| `(\w+)` +\| (.+?) +\|$/gm)];
      return rows.map(([, code = '', message = '']) => [code, category, message]);
    });
}

test('every code has the category and the message that docs/failures.md names', () => {
  const known = Object.entries(failures).map(([code, { category, message }]) => [code, category, message]);
  const documented = documentedFailures();
  expect(documented.length).toBeGreaterThan(0);
  expect(known.sort()).toEqual([...documented].sort());
});

describe('a failure', () => {
  it('carries the message of its code and the details given', () => {
    expect(failure('DOC_CORRUPT', { page: 2 })).toEqual({
      code: 'DOC_CORRUPT',
      message: failures.DOC_CORRUPT.message,
      details: { page: 2 },
    });
    expect(failure('DOC_CORRUPT').details).toEqual({});
  });

  it('is thrown as an error that knows code, details and cause', () => {
    const cause = new Error('outer');
    const error = new FailureError('DOC_CORRUPT', { page: 2 }, { cause });
    expect([error.name, error.message, error.code, error.details, error.cause]).toEqual([
      'FailureError',
      failures.DOC_CORRUPT.message,
      'DOC_CORRUPT',
      { page: 2 },
      cause,
    ]);
    expect(new FailureError('DOC_CORRUPT').details).toEqual({});
  });

  it('can succeed later only when the infrastructure is at fault', () => {
    const retryable = (Object.keys(failures) as FailureCode[]).filter(isRetryable);
    expect(new Set(retryable.map(failureCategory))).toEqual(new Set(['infrastructure']));
    expect(isRetryable('STORE_UNAVAILABLE')).toBe(true);
  });
});

test('codes are the names of the table and nothing else', () => {
  expect(
    ['DOC_CORRUPT', ['DOC_CORRUPT'], 'doc_corrupt', 'toString', 7, undefined].map(isFailureCode),
  ).toEqual([true, false, false, false, false, false]);
});

describe('toFailure', () => {
  it('takes a disk quota that is used up for a full store', () => {
    expect(toFailure({ code: 'EDQUOT' }).code).toBe('STORE_FULL');
    expect(toFailure({ cause: { code: 'ENOSPC' } }).code).toBe('STORE_FULL');
  });

  it('takes no other code of the system for a failure', () => {
    expect(['EACCES', 'toString', 28, ['ENOSPC']].map((code) => toFailure({ code }).code)).toEqual([
      'INTERNAL_ERROR',
      'INTERNAL_ERROR',
      'INTERNAL_ERROR',
      'INTERNAL_ERROR',
    ]);
  });

  it('looks through eight errors, not further', () => {
    const nested = (depth: number): unknown =>
      depth === 0 ? new FailureError('DOC_EMPTY') : new Error('around', { cause: nested(depth - 1) });
    expect([toFailure(nested(7)).code, toFailure(nested(8)).code]).toEqual(['DOC_EMPTY', 'INTERNAL_ERROR']);
  });

  it('looks behind a code that cannot be read', () => {
    const hostile = Object.defineProperty({ cause: new FailureError('DOC_EMPTY') }, 'code', {
      get: () => {
        throw new Error('no');
      },
    });
    expect(toFailure(hostile).code).toBe('DOC_EMPTY');
  });

  it('finds nothing in what is no object', () => {
    const named = Object.assign(() => undefined, { code: 'ENOSPC' });
    expect([null, undefined, 'DOC_EMPTY', named].map((thrown) => toFailure(thrown).code)).toEqual([
      'INTERNAL_ERROR',
      'INTERNAL_ERROR',
      'INTERNAL_ERROR',
      'INTERNAL_ERROR',
    ]);
  });
});
