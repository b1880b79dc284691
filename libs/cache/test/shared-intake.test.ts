import { randomUUID } from 'node:crypto';
import { LocalBuckets } from '@docfleet/adaptive-intake';
import { endpoints, seededRandom, until } from '@docfleet/testing';
import { Redis } from 'ioredis';
import { afterEach, expect, test } from 'vitest';
import { openSharedIntake, type SharedIntake } from '../src/index.ts';
import { takeScript } from '../src/shared-intake.ts';

const open: { close(): void }[] = [];

afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

function intakeAt(url: string, fleet = randomUUID()): SharedIntake {
  const intake = openSharedIntake({ url, fleet });
  open.push(intake);
  return intake;
}

test('M-20: the script decides as the buckets of one process do', async () => {
  const redis = new Redis(endpoints().redis);
  open.push({
    close: () => {
      redis.disconnect();
    },
  });
  const prefix = `intake-test:${randomUUID()}`;
  const random = seededRandom(7);
  const local = new LocalBuckets();
  const answers: unknown[] = [];
  const expected: unknown[] = [];
  let at = 1_000_000;
  for (let call = 0; call < 400; call += 1) {
    at += Math.floor(random() * 200);
    if (call === 200) at += 30_000;
    const tenantId = `t${Math.floor(random() * 4)}`;
    const documents = Math.floor(random() * 12);
    const rates = { tenant: 10 + Math.floor(random() * 3), fleet: 30 };
    const inDebt = random() < 0.1;
    const { granted, waitMs, available } = local.take({ tenantId, documents, inDebt, rates, at });
    expected.push([granted ? 1 : 0, waitMs, available]);
    const keys = [`${prefix}:fleet`, `${prefix}:${tenantId}`, `${prefix}:active`];
    answers.push(
      await redis.eval(
        takeScript('tonumber(ARGV[6])'),
        3,
        ...keys,
        tenantId,
        documents,
        rates.tenant,
        rates.fleet,
        inDebt ? 1 : 0,
        at,
      ),
    );
  }
  expect(answers).toEqual(expected);
  expect(expected.filter((each) => Array.isArray(each) && each[0] === 0).length).toBeGreaterThan(50);
  await redis.del(`${prefix}:fleet`, `${prefix}:active`, ...[0, 1, 2, 3].map((each) => `${prefix}:t${each}`));
});

test('M-20: one process leads at a time, and all read what it has published', async () => {
  const fleet = randomUUID();
  const [one, two] = [intakeAt(endpoints().redis, fleet), intakeAt(endpoints().redis, fleet)];
  for (const each of [one, two]) await until('connected', async () => (await each.published()) !== undefined);
  const holders = [randomUUID(), randomUUID()] as const;
  expect(await one.lead(holders[0], 60_000)).toBe(true);
  expect(await two.lead(holders[1], 60_000)).toBe(false);
  const text = randomUUID();
  await one.publish(text);
  expect(await two.published()).toBe(text);
  expect(await one.lead(holders[0], 1)).toBe(true);
  await until('the lease has ended', async () => (await two.lead(holders[1], 1)) === true);
});

test('M-20: an unavailable Redis gives no answer and throws nothing', async () => {
  const intake = intakeAt('redis://127.0.0.1:1');
  const rates = { tenant: 1, fleet: 1 };
  expect(await intake.take({ tenantId: 'a', documents: 1, rates })).toBeUndefined();
  expect([await intake.published(), await intake.lead('a', 1)]).toEqual([undefined, undefined]);
});
