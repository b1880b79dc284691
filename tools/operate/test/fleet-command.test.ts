import { endpoints } from '@docfleet/testing';
import { expect, test } from 'vitest';
import { parseOrder, type OrderOptions } from '../src/fleet/order-arguments.ts';
import { orderCommand, showFleet } from '../src/fleet/order-command.ts';

const { broker, registry } = endpoints();
const addresses = { KAFKA_BROKERS: [broker], SCHEMA_REGISTRY_URL: registry };

async function printed(operands: readonly string[], options: OrderOptions): Promise<readonly string[]> {
  const lines: string[] = [];
  const api = () => () => Promise.reject(new Error('the API is not asked'));
  await orderCommand(parseOrder(operands, options), { api, kafka: () => addresses }, (line) =>
    lines.push(line),
  );
  return lines;
}

/** A breaker that no process has: other tests use these servers, too. */
const breaker = 'nobodys';
const order = { by: 'anna', reason: 'drill', direct: true, yes: false };
const standing = async (): Promise<readonly string[]> => {
  const lines: string[] = [];
  await showFleet(addresses, (line) => lines.push(line));
  return lines.filter((line) => line.startsWith(`order breaker ${breaker}`));
};

test('R-01 an operator sets a breaker with a reason, sees it, and releases it, without the API', async () => {
  expect(await printed(['fleet', 'breaker', breaker, 'open'], order)).toEqual([
    `would set every breaker ${breaker} open; --yes does it`,
  ]);
  expect(await standing()).toEqual([]);
  await printed(['fleet', 'breaker', breaker, 'open'], { ...order, yes: true });
  expect(await standing()).toEqual([
    expect.stringMatching(/^order breaker nobodys open since 20.*Z, set by anna: drill$/),
  ]);
  await printed(['fleet', 'breaker', breaker, 'release'], { ...order, yes: true });
  expect(await standing()).toEqual([]);
}, 60_000);
