import { endpoints } from '@docfleet/testing';
import { expect, test } from 'vitest';
import { fleetCommand } from '../src/fleet-command.ts';

const { broker, registry } = endpoints();

async function run(...argv: string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  const addresses = { KAFKA_BROKERS: [broker], SCHEMA_REGISTRY_URL: registry };
  await fleetCommand(addresses, argv, (line) => lines.push(line));
  return lines;
}

/** A breaker that no process has, since other tests use these servers too. */
const breaker = 'unused';
const order = ['--by', 'anna', '--reason', 'drill'];
const listed = async (): Promise<readonly string[]> =>
  (await run('show')).filter((line) => line.startsWith(`breaker ${breaker}`));

test('R-01 an operator sets a breaker with a reason, lists it, and releases it', async () => {
  expect(await run('breaker', breaker, 'open', ...order)).toEqual([
    `Dry run: would set every breaker ${breaker} open. Use --yes to do it.`,
  ]);
  expect(await listed()).toEqual([]);
  await run('breaker', breaker, 'open', ...order, '--yes');
  expect(await listed()).toEqual([
    expect.stringMatching(/^breaker unused open since 20.*Z, set by anna: drill$/),
  ]);
  await run('breaker', breaker, 'release', ...order, '--yes');
  expect(await listed()).toEqual([]);
}, 60_000);
