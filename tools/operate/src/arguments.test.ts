import { commands, parseCall, UsageError } from '@docfleet/command-line';
import { describe, expect, it } from 'vitest';
import { parseArguments, type Arguments } from './arguments.ts';

const now = Date.UTC(2026, 0, 2);
const none = { tenant: undefined, stage: undefined, code: undefined, since: undefined };

function parsed(line: string): Arguments | 'help' {
  const call = parseCall(commands.operate, line.split(' '));
  return call.help ? 'help' : parseArguments(call.operands, call.values, now);
}

describe('parseArguments', () => {
  it('lists with filters', () => {
    expect(parsed('dead-letters list --tenant acme --stage ocr --code STORE_FULL --since 6h')).toEqual({
      kind: 'list',
      filter: { tenant: 'acme', stage: 'ocr', code: 'STORE_FULL', since: now - 21_600_000 },
      all: false,
      limit: 100,
      json: false,
    });
  });

  it('redrives by id or by filter, and only with --yes', () => {
    expect([
      parsed('dead-letters redrive ocr-0-7 ocr-1-9'),
      parsed('dead-letters redrive --since 2026-01-01T00:00:00Z --yes --limit 5'),
    ]).toEqual([
      { kind: 'redrive', which: { ids: ['ocr-0-7', 'ocr-1-9'] }, limit: 100, yes: false },
      {
        kind: 'redrive',
        which: { filter: { ...none, since: Date.UTC(2026, 0, 1) } },
        limit: 5,
        yes: true,
      },
    ]);
  });

  it('traces a run', () => {
    expect(parsed('trace-run 6A1D4C0E-5B0F-5A67-9D0A-6F1F2F6F7C11 --json')).toEqual({
      kind: 'trace-run',
      runId: '6a1d4c0e-5b0f-5a67-9d0a-6f1f2f6f7c11',
      json: true,
    });
  });

  it('sets the level of the fleet', () => {
    expect(parsed('fleet level L2 --by anna --reason drill --yes')).toEqual({
      kind: 'fleet',
      fleet: { kind: 'set-level', level: 'L2', by: 'anna', reason: 'drill', yes: true },
    });
  });

  it('helps', () => {
    expect([parsed('trace-run --help'), parsed('-h')]).toEqual(['help', 'help']);
  });

  it.each([
    'sing',
    'trace-run',
    'trace-run 7',
    'dead-letters',
    'dead-letters show',
    'dead-letters redrive',
    'dead-letters redrive ocr-0-7 --stage ocr',
    'dead-letters redrive seven',
    'dead-letters list --stage paint',
    'dead-letters list --since yesterday',
    'dead-letters list --limit 0',
    'dead-letters list --colour',
    'dead-letters list --by anna',
    'dead-letters show ocr-0-7 --yes',
    'trace-run 6a1d4c0e-5b0f-5a67-9d0a-6f1f2f6f7c11 --limit 5',
    'fleet show --json',
  ])('refuses: %s', (line) => {
    expect(() => parsed(line)).toThrow(UsageError);
  });
});
