import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeAttempt, retryAfterOf, type Answer } from './judge-attempt.ts';

const dayMs = 86_400_000;
const pauses = { firstMs: 5_000, longestMs: 10_800_000 };
const fresh = { ageMs: 0, expiresInMs: dayMs, isCallback: false };
const judge = (answer: Answer, delivery = fresh, random = 0) =>
  judgeAttempt(answer, delivery, { ...pauses, random });

describe('judgeAttempt', () => {
  it.each([200, 202, 204, 299])('A-05: %i is a success', (status) => {
    expect(judge({ status })).toEqual({ state: 'delivered', problem: null });
  });

  it.each([
    [{ status: 302 }, 'REDIRECT_NOT_FOLLOWED'],
    [{ status: 400 }, 'HTTP_400'],
    [{ status: 503 }, 'HTTP_503'],
    [{ problem: 'TIMEOUT' }, 'TIMEOUT'],
    [{ problem: 'ADDRESS_REFUSED' }, 'ADDRESS_REFUSED'],
  ] as const)('A-05: after %j it is tried again', (answer, problem) => {
    expect(judge(answer)).toEqual({ state: 'pending', problem, afterMs: 5_000 });
  });

  it('A-05: 410 disables the endpoint', () => {
    expect(judge({ status: 410 })).toEqual({ state: 'failed', problem: 'HTTP_410', disable: true });
  });

  it('A-05: an address that is refused by its text is not tried again', () => {
    expect(judge({ problem: 'URL_REFUSED' })).toMatchObject({ state: 'failed', disable: false });
  });

  it('A-05: a callback that is not answered in time has its own code', () => {
    expect(judge({ problem: 'TIMEOUT' }, { ...fresh, isCallback: true })).toMatchObject({
      problem: 'TIMEOUT_CALLBACK',
    });
  });

  it('A-05: a receiver that asks for a pause gets it, up to an hour', () => {
    const after = (seconds: number) => judge({ status: 429, retryAfterMs: seconds * 1_000 });
    expect([after(60), after(999_999), after(1)]).toMatchObject([
      { afterMs: 60_000 },
      { afterMs: 3_600_000 },
      { afterMs: 5_000 },
    ]);
    expect([
      retryAfterOf('60'),
      retryAfterOf('Sat, 28 Nov 2026 00:00:00 GMT'),
      retryAfterOf(undefined),
    ]).toEqual([60_000, undefined, undefined]);
  });

  it('A-05: a receiver that never answers is tried for a day, with growing pauses, a bounded number of times', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 60, maxLength: 60 }),
        (chances) => {
          let ageMs = 0;
          let attempts = 0;
          for (const random of chances) {
            attempts += 1;
            const verdict = judge({ status: 500 }, { ...fresh, ageMs, expiresInMs: dayMs - ageMs }, random);
            if (verdict.state !== 'pending') break;
            expect(verdict.afterMs).toBeGreaterThanOrEqual(2_500);
            expect(verdict.afterMs).toBeLessThanOrEqual(pauses.longestMs);
            ageMs += verdict.afterMs;
          }
          expect(ageMs).toBeGreaterThan(dayMs - pauses.longestMs);
          expect(ageMs).toBeLessThan(dayMs);
          expect(attempts).toBeLessThan(40);
        },
      ),
    );
  });
});
