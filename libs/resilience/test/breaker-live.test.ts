import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '@docfleet/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BreakerOpenError, createBreaker, type SettableBreaker } from '../src/index.ts';

/** The rule of D-03 with shorter times, on real timers and sockets. */
const scaled = { failureRatio: 0.5, windowMs: 10_000, minCalls: 5, openMs: 300 };
const slowerThanMs = 40;

const neverAborted = new AbortController().signal;

let server: Server;
let breaker: SettableBreaker;
let answer: (response: ServerResponse) => void;
let reached: number;

const fine = (response: ServerResponse): void => void response.end('fine');
const broken = (response: ServerResponse): void => void response.writeHead(503).end();
const slow = (response: ServerResponse): void =>
  void setTimeout(() => response.end('late'), 2 * slowerThanMs);

async function call(): Promise<string> {
  return breaker.run(async (signal) => {
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal });
    if (!response.ok) throw new Error(`answered ${response.status}`);
    return response.text();
  }, neverAborted);
}

/** How a call ended, in one word. */
const outcome = (): Promise<string> =>
  call().then(
    (text) => text,
    (error: unknown) => (error instanceof BreakerOpenError ? 'refused' : 'failed'),
  );

const inTurn = async (calls: number): Promise<string[]> => {
  const outcomes: string[] = [];
  for (let made = 0; made < calls; made += 1) outcomes.push(await outcome());
  return outcomes;
};

const state = (): string => breaker.state;

beforeEach(async () => {
  reached = 0;
  answer = fine;
  server = createServer((_, response) => {
    reached += 1;
    answer(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  breaker = createBreaker({
    name: 'live',
    ...scaled,
    slowCall: { slowerThanMs, ratio: 0.5 },
    counts: () => true,
  });
});

afterEach(async () => {
  breaker.close();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

test('R-01 D-03 half of five calls failed: it opens, refuses calls, and closes again after a successful probe', async () => {
  await inTurn(2);
  answer = broken;
  expect(await inTurn(3)).toEqual(['failed', 'failed', 'failed']);
  expect(state()).toBe('open');
  reached = 0;
  expect(await inTurn(3)).toEqual(['refused', 'refused', 'refused']);
  expect(reached).toBe(0);
  answer = fine;
  await until('it is half open', () => state() === 'half-open');
  expect(await inTurn(2)).toEqual(['fine', 'fine']);
  expect(state()).toBe('closed');
});

test('R-01 slow responses open it, although every call succeeds', async () => {
  answer = slow;
  expect(await inTurn(5)).toEqual(['late', 'late', 'late', 'late', 'late']);
  expect(state()).toBe('open');
});

test('R-01 half open, it lets one of several concurrent calls pass', async () => {
  answer = broken;
  await inTurn(5);
  await until('it is half open', () => state() === 'half-open');
  reached = 0;
  const pending: ServerResponse[] = [];
  answer = (response) => void pending.push(response);
  const ended: string[] = [];
  const calls = Array.from({ length: 20 }, () => outcome().then((word) => ended.push(word)));
  await until('all but one are refused', () => ended.length === 19 && pending.length === 1);
  pending[0]?.end('fine');
  await Promise.all(calls);
  expect({ reached, ended: ended.toSorted(), state: state() }).toEqual({
    reached: 1,
    ended: ['fine', ...Array.from({ length: 19 }, () => 'refused')],
    state: 'closed',
  });
});

test('R-01 a failed probe opens it again for the same time', async () => {
  answer = broken;
  await inTurn(5);
  await until('it is half open', () => state() === 'half-open');
  const probedAt = performance.now();
  expect(await outcome()).toBe('failed');
  expect(state()).toBe('open');
  await until('it is half open', () => state() === 'half-open');
  expect(performance.now() - probedAt).toBeGreaterThanOrEqual(scaled.openMs - 5);
});
