import { UsageError } from '@docfleet/command-line';
import { expect, it } from 'vitest';
import { parseErase } from './erase-arguments.ts';
import { eraseCommand } from './erase-command.ts';

const id = '6a1d4c0e-5b0f-5a67-9d0a-6f1f2f6f7c11';
const manner = { json: false, yes: true };
const answer = {
  erasureId: id,
  tenantId: 'acme',
  runId: null,
  state: 'erasing',
  requestedAt: '2026-01-02T00:00:00.000Z',
  endedAt: null,
  runs: 2,
  objects: 7,
  recordsGoneBy: '2026-02-01T00:00:00.000Z',
};

/** The requests that a command makes, and the lines that it prints. */
function setUp() {
  const calls: string[] = [];
  const lines: string[] = [];
  const call = (path: string, { method = 'GET' }: { method?: string } = {}) => {
    calls.push(`${method} ${path}`);
    return Promise.resolve(answer);
  };
  return { calls, lines, call, say: (line: string) => void lines.push(line) };
}

it('A-11: requests an erasure, and reads how far it has come', async () => {
  const { calls, lines, call, say } = setUp();
  await eraseCommand(parseErase(['run', id.toUpperCase()], manner), call, say);
  await eraseCommand(parseErase(['tenant', 'a/b'], manner), call, say);
  await eraseCommand(parseErase(['show', id], { ...manner, yes: false }), call, say);
  expect(calls).toEqual([
    `POST /v1/jobs/${id}/erase`,
    'POST /v1/tenants/a%2Fb/erase',
    `GET /v1/erasures/${id}`,
  ]);
  expect(lines.slice(0, 2)).toEqual([
    `Erasure ${id} of tenant acme: erasing, 2 runs and 7 objects so far.`,
    'Topics may hold records about it until 2026-02-01T00:00:00.000Z.',
  ]);
});

it('A-11: erases nothing without --yes', async () => {
  const { calls, lines, call, say } = setUp();
  await eraseCommand(parseErase(['tenant', 'acme'], { ...manner, yes: false }), call, say);
  expect([calls, lines]).toEqual([
    [],
    ['would erase every run and upload of tenant acme; this cannot be undone; --yes does it'],
  ]);
});

it.each([[[]], [['run']], [['run', 'acme']], [['tenant', 'a', 'b']], [['show', 'acme']], [['all', id]]])(
  'refuses %j',
  (operands) => {
    expect(() => parseErase(operands, manner)).toThrow(UsageError);
  },
);
