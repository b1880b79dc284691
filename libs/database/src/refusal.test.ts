import { FailureError } from '@docfleet/domain';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { toDatabaseError } from './database-failure.ts';
import { refusalOf } from './refusal.ts';

function serverError(state: string, message = 'refused'): pg.DatabaseError {
  const error = new pg.DatabaseError(message, message.length, 'error');
  error.code = state;
  return error;
}

describe('refusalOf', () => {
  it.each(['22021', '22P05', '22007', '23502', '23514', '54000'])('takes %s for good', (state) => {
    expect(refusalOf(toDatabaseError(serverError(state)))).toEqual({ cause: state, message: 'refused' });
  });

  it.each([
    '08006',
    '40001',
    '40P01',
    '42501',
    '42703',
    '42P01',
    '53300',
    '57014',
    '58030',
    'XX000',
    '25006',
  ])('takes %s for something that may pass', (state) => {
    expect(refusalOf(toDatabaseError(serverError(state)))).toBeUndefined();
  });

  it('takes an error of the program for good, whatever wraps it', () => {
    expect(refusalOf(toDatabaseError(new RangeError('Invalid time value')))).toEqual({
      cause: 'RangeError',
      message: 'Invalid time value',
    });
    expect(refusalOf(new TypeError('not a function'))?.cause).toBe('TypeError');
  });

  it('takes an unreachable server, a timeout and a failure of a dependency for something that may pass', () => {
    const refusedConnection = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const errors = [
      refusedConnection,
      new Error('Query read timeout'),
      new FailureError('REGISTRY_UNAVAILABLE'),
      new FailureError('REGISTRY_UNAVAILABLE', {}, { cause: new TypeError('fetch failed') }),
      new FailureError('STORE_UNAVAILABLE', {}, { cause: new RangeError('Invalid count value') }),
    ];
    expect(errors.map((error) => refusalOf(toDatabaseError(error)))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('says nothing of the values, and nothing that cannot be shown', () => {
    const message = `invalid input syntax for type integer: "Anna\u0000" ${'x'.repeat(400)}`;
    const shown = refusalOf(serverError('22P02', message))?.message ?? '';
    expect([shown.startsWith('invalid input syntax for type integer: "…" x'), shown.length]).toEqual([
      true,
      300,
    ]);
  });
});
