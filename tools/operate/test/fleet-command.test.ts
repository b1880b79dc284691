import { endpoints } from '@docfleet/testing';
import { expect, test } from 'vitest';
import { parseFleet, type OrderOptions } from '../src/fleet-arguments.ts';
import { fleetCommand } from '../src/fleet-command.ts';

const { broker, registry } = endpoints();

async function printed(operands: readonly string[], options: OrderOptions): Promise<readonly string[]> {
  const lines: string[] = [];
  const addresses = { KAFKA_BROKERS: [broker], SCHEMA_REGISTRY_URL: registry };
  await fleetCommand(addresses, parseFleet(operands, options), (line) => lines.push(line));
  return lines;
}

/** A breaker that no process has: other tests use these servers, too. */
const breaker = 'nobodys';
const order = { by: 'anna', reason: 'drill', yes: false };
const standing = async (): Promise<readonly string[]> =>
  (await printed(['show'], { yes: false })).filter((line) => line.startsWith(`breaker ${breaker}`));

test('R-01 an operator sets a breaker with a reason, sees it, and releases it', async () => {
  expect(await printed(['breaker', breaker, 'open'], order)).toEqual([
    `would set every breaker ${breaker} open; --yes does it`,
  ]);
  expect(await standing()).toEqual([]);
  await printed(['breaker', breaker, 'open'], { ...order, yes: true });
  expect(await standing()).toEqual([
    expect.stringMatching(/^breaker nobodys open since 20.*Z, set by anna: drill$/),
  ]);
  await printed(['breaker', breaker, 'release'], { ...order, yes: true });
  expect(await standing()).toEqual([]);
}, 60_000);
