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

  it('R-06: lists records set aside and has them read again', () => {
    expect([
      parsed('set-aside list --all --limit 5'),
      parsed('set-aside redrive documents.events-0-7 --yes'),
    ]).toEqual([
      { kind: 'set-aside', setAside: { action: 'list', all: true, limit: 5, json: false } },
      { kind: 'set-aside', setAside: { action: 'redrive', ids: ['documents.events-0-7'], yes: true } },
    ]);
  });

  it('O-10: gives orders to the fleet, and reads what it does', () => {
    const given = { by: undefined, forSeconds: undefined, direct: false };
    expect([
      parsed('fleet level L2 --for 1h --reason drill --yes'),
      parsed('pause ocr high --reason drill'),
      parsed('fleet show'),
      parsed('lag --json'),
      parsed('processes'),
      parsed('audit list --action key.issue --since 1h --limit 5'),
      parsed('models pin abcdef01 --reason better'),
      parsed('rewind ocr --to 2h --reason drill --yes'),
      parsed('follow 6A1D4C0E-5B0F-5A67-9D0A-6F1F2F6F7C11'),
    ]).toEqual([
      {
        kind: 'order',
        order: {
          ...given,
          forSeconds: 3600,
          order: { kind: 'level', level: 'L2' },
          reason: 'drill',
          yes: true,
        },
      },
      {
        kind: 'order',
        order: {
          ...given,
          order: { kind: 'pause', stage: 'ocr', lane: 'high', paused: true },
          reason: 'drill',
          yes: false,
        },
      },
      { kind: 'fleet show' },
      { kind: 'lag', json: true },
      { kind: 'processes', json: false },
      {
        kind: 'audit',
        audit: { tenant: undefined, action: 'key.issue', since: now - 3_600_000, limit: 5, json: false },
      },
      {
        kind: 'models',
        models: { kind: 'pin', digest: 'abcdef01', reason: 'better', json: false, yes: false },
      },
      { kind: 'rewind', rewind: { stage: 'ocr', to: now - 7_200_000, reason: 'drill', yes: true } },
      { kind: 'follow', runId: '6a1d4c0e-5b0f-5a67-9d0a-6f1f2f6f7c11', json: false },
    ]);
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
    'lag ocr',
    'lag --yes',
    'audit show',
    'models pin xyz --reason drill',
    'models pin abcdef01',
    'models rollback now --reason drill',
    'rewind ocr --reason drill',
    'rewind ocr --to 2h',
    'rewind ledger --to 2h --reason drill',
    'rewind ocr --to 2099-01-01T00:00:00Z --reason drill',
    'follow 7',
    'pause ocr --to 2h --reason drill',
    'set-aside',
    'set-aside show',
    'set-aside redrive',
    'set-aside redrive seven',
    'set-aside list --yes',
    'set-aside redrive ocr.dead-letter-0-7 --all',
  ])('refuses: %s', (line) => {
    expect(() => parsed(line)).toThrow(UsageError);
  });
});
