import { FailureError } from '@docfleet/domain';
import { describe, expect, it } from 'vitest';
import { createLog, type Log } from './log.ts';

function recordingLog(level: 'info' | 'debug' = 'info'): {
  log: Log;
  lines: () => Record<string, unknown>[];
} {
  const written: string[] = [];
  const log = createLog({
    service: 'ocr',
    level,
    destination: { write: (line: string) => void written.push(line) },
  });
  return { log, lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('createLog', () => {
  it('O-05: writes JSON with ids, a trace and an ISO time', () => {
    const { log, lines } = recordingLog();
    log
      .child({
        runId: '6a1d4c0e-5b0f-5a67-9d0a-6f1f2f6f7c11',
        requestId: 'a-1',
        tenant: 'acme',
        stage: 'ocr',
      })
      .info('page read', { page: 3 });
    const [{ time, ...line } = {}] = lines();
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(line).toEqual({
      level: 'info',
      service: 'ocr',
      runId: '6a1d4c0e-5b0f-5a67-9d0a-6f1f2f6f7c11',
      requestId: 'a-1',
      tenant: 'acme',
      stage: 'ocr',
      traceId: '6a1d4c0e5b0f5a679d0a6f1f2f6f7c11',
      page: 3,
      message: 'page read',
    });
  });

  it('describes an error with its code and the chain of its causes', () => {
    const { log, lines } = recordingLog();
    const refused = Object.assign(new Error('connect refused'), { code: 'ECONNREFUSED' });
    log.error('writing failed', new FailureError('DATABASE_UNAVAILABLE', {}, { cause: refused }));
    const [line = {}] = lines();
    expect(line['code']).toBe('DATABASE_UNAVAILABLE');
    expect(line['error']).toMatchObject({
      type: 'FailureError',
      message: 'The database is not available.',
      code: 'DATABASE_UNAVAILABLE',
      causes: [{ type: 'Error', message: 'connect refused', code: 'ECONNREFUSED' }],
    });
  });

  it('finds a code below errors that have none', () => {
    const { log, lines } = recordingLog();
    log.error('gone', new Error('outer', { cause: Object.assign(new Error('inner'), { code: 'EPIPE' }) }));
    expect(lines()[0]?.['code']).toBe('EPIPE');
  });

  it('leaves out passwords of addresses, wherever they stand', () => {
    const { log, lines } = recordingLog();
    const address = 'postgres://ocr:hidden@db:5432/docfleet';
    log.warn('failed', { reason: `cannot reach ${address}` });
    log.error('failed', new Error(`outer ${address}`, { cause: new Error(`redis://:hidden@cache:6379`) }));
    expect(JSON.stringify(lines())).not.toContain('hidden');
    expect(lines()[0]?.['reason']).toBe('cannot reach postgres://ocr:***@db:5432/docfleet');
  });

  it('accepts any thrown value', () => {
    const { log, lines } = recordingLog();
    const hostile = Object.defineProperty({}, 'message', {
      get: () => {
        throw new Error('hostile');
      },
    });
    log.error('one', hostile);
    log.error('two', 'text');
    log.error('three', null);
    expect(lines().map((line) => (line['error'] as { message: string }).message)).toEqual(['', 'text', '']);
  });

  it('O-05: writes each key once, whatever context, facts and errors name', () => {
    const written: string[] = [];
    const destination = { write: (line: string) => void written.push(line) };
    const log = createLog({ service: 'ocr', level: 'info', destination });
    const child = log.child({ runId: 'a', code: 'RUN_EXPIRED', stage: 'ocr' }).child({ runId: 'b' });
    child.error('failed', new FailureError('STORE_UNAVAILABLE'), { stage: 'validation', lane: 'high' });
    child.info('read');
    expect(written.map((line) => [...line.matchAll(/(?<=[{,])"(\w+)":/g)].map(([, key]) => key))).toEqual([
      expect.arrayContaining(['level', 'time', 'service', 'runId', 'code', 'stage', 'traceId', 'lane']),
      ['level', 'time', 'service', 'runId', 'code', 'stage', 'traceId', 'message'],
    ]);
    expect(written.map((line) => line.match(/"(?:runId|traceId)":/g)?.length)).toEqual([2, 2]);
    expect(written[0]?.match(/"stage":/g)).toEqual(['"stage":']);
    expect(JSON.parse(written[0] ?? '')).toMatchObject({
      runId: 'b',
      traceId: 'b',
      code: 'STORE_UNAVAILABLE',
      stage: 'validation',
      message: 'failed',
    });
  });

  it('omits lines below its level', () => {
    const { log, lines } = recordingLog();
    log.debug('quiet');
    expect(lines()).toEqual([]);
  });
});
