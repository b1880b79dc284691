import { setTimeout as pause } from 'node:timers/promises';
import type { Lane } from '@docfleet/domain';
import { anyFreePorts, serverNames, type ServerName, type ServiceName } from '@docfleet/stack';
import { Redis } from './redis.ts';
import { isOfCancel } from '../plan/boundaries.ts';
import type { Fault } from '../plan/faults.ts';
import { poisons, type BadRecord } from '../plan/submissions.ts';
import { garbage, unavailable, type ProxyCondition } from '../world/proxy.ts';
import type { Rig } from '../world/rig.ts';
import { allServices } from './recovery.ts';

/** Time for a service to reach its boundary, in milliseconds; then it is killed at once. */
const boundaryTimeoutMs = 15_000;

/** Dependencies of `play`. */
export interface PlayOptions {
  readonly rig: Rig;
  /** Cancels a run now. */
  readonly cancelSomething: () => void;
  /** Writes records that must not become runs. */
  readonly submitBad: (lane: Lane, hows: readonly BadRecord['how'][]) => Promise<void>;
  readonly random: () => number;
}

/** Whether it happened as planned, or the boundary was not reached in time (`elsewhere`). */
export type Played = 'as-planned' | 'elsewhere';

/** Causes a fault; resolves when it is over. */
export async function play(options: PlayOptions, fault: Fault): Promise<Played> {
  const { rig, random } = options;
  const { members, servers } = rig;
  switch (fault.kind) {
    case 'kill':
      await pause(Math.floor(random() * 400));
      members.kill(fault.service);
      return 'as-planned';
    case 'kill-at':
      return killAt(options, fault.service, fault.boundary);
    case 'freeze':
      await members.freeze(fault.service, fault.forMs);
      return 'as-planned';
    case 'rebalance-storm':
      await storm(rig, fault.service, fault.rounds);
      return 'as-planned';
    case 'broker-killed':
      return killBroker(rig, fault.service, fault.broker);
    case 'broker-cut':
      return during(rig, 'kafka', { kind: 'cut' }, fault.forMs);
    case 'broker-silent':
      return during(rig, 'kafka', { kind: 'silent' }, fault.forMs);
    case 'redis-gone':
      return during(rig, 'redis', { kind: 'cut' }, fault.forMs);
    case 'redis-garbage':
      return during(rig, 'redis', garbage, fault.forMs);
    case 'redis-flushed':
      await withRedis(rig, (redis) => redis.send('FLUSHALL'));
      return 'as-planned';
    case 'redis-full':
      await fillRedis(rig, fault.forMs);
      return 'as-planned';
    case 'postgres-gone':
      return during(rig, 'postgres', { kind: 'cut' }, fault.forMs);
    case 'postgres-killed':
      servers.kill('postgres');
      return 'as-planned';
    case 'store-slow':
      return during(rig, 's3', { kind: 'slow', delayMs: fault.delayMs }, fault.forMs);
    case 'store-unavailable':
      return during(rig, 's3', unavailable, fault.forMs);
    case 'registry-gone':
      return during(rig, 'registry', { kind: 'cut' }, fault.forMs);
    case 'cancel-without-registry': {
      const over = during(rig, 'registry', { kind: 'cut' }, fault.forMs);
      members.kill(fault.service);
      options.cancelSomething();
      return over;
    }
    case 'poison-record':
      await options.submitBad(fault.lane, poisons);
      return 'as-planned';
    case 'bad-key':
      await options.submitBad(
        fault.lane,
        Array.from({ length: fault.records }, () => 'bad-key' as const),
      );
      return 'as-planned';
    case 'cold-start':
      await coldStart(rig, fault.order, random);
      return 'as-planned';
  }
}

/** The services whose recovery is measured. */
export function affectedBy(fault: Fault): readonly ServiceName[] {
  switch (fault.kind) {
    case 'kill':
    case 'kill-at':
    case 'freeze':
    case 'rebalance-storm':
      return [fault.service];
    case 'redis-gone':
    case 'redis-flushed':
    case 'redis-full':
    case 'redis-garbage':
      return ['ocr'];
    case 'poison-record':
    case 'bad-key':
      return ['preprocess', 'ledger'];
    case 'postgres-gone':
    case 'postgres-killed':
      return ['gateway', 'review', 'integration', 'ledger'];
    case 'broker-killed':
    case 'broker-cut':
    case 'broker-silent':
    case 'store-slow':
    case 'store-unavailable':
    case 'registry-gone':
    case 'cancel-without-registry':
    case 'cold-start':
      return allServices;
  }
}

async function during(rig: Rig, name: ServerName, condition: ProxyCondition, forMs: number): Promise<Played> {
  rig.servers.setCondition(name, condition);
  await pause(forMs);
  rig.servers.setCondition(name, { kind: 'normal' });
  return 'as-planned';
}

async function killAt(options: PlayOptions, service: ServiceName, boundary: string): Promise<Played> {
  const { members, control } = options.rig;
  const before = members.endsOf(service);
  for (let waited = 0; !control.isConnected(service) && waited < boundaryTimeoutMs; waited += 100)
    await pause(100);
  control.command(service, { boundary, act: 'die' });
  if (isOfCancel(boundary)) options.cancelSomething();
  if (await members.untilEnded(service, before, boundaryTimeoutMs)) return 'as-planned';
  control.command(service, { boundary: null, act: 'die' });
  members.kill(service);
  return 'elsewhere';
}

/** Kills a broker while a stage has sent the records of a transaction and not committed it. */
async function killBroker(rig: Rig, service: ServiceName, broker: number): Promise<Played> {
  const { control, servers } = rig;
  const holding = Promise.withResolvers<Played>();
  control.onHolding(() => {
    holding.resolve('as-planned');
  });
  control.command(service, { boundary: 'step.records-sent', act: 'hold' });
  const timer = setTimeout(() => {
    holding.resolve('elsewhere');
  }, boundaryTimeoutMs);
  const played = await holding.promise;
  clearTimeout(timer);
  control.onHolding(undefined);
  control.command(service, { boundary: null, act: 'die' });
  servers.kill('kafka', broker);
  return played;
}

async function storm(rig: Rig, service: ServiceName, rounds: number): Promise<void> {
  const { members } = rig;
  for (let round = 0; round < rounds; round += 1) {
    const [port = 0] = await anyFreePorts(1);
    const name = `${service}-${round + 2}`;
    await members.start({ name, service, port });
    for (let waited = 0; !rig.control.isConnected(name) && waited < 20_000; waited += 100) await pause(100);
    await pause(1_500);
    // Every other one is killed.
    if (round % 2 === 0) await members.stop(name);
    else await members.killWithoutRestart(name);
  }
}

async function withRedis(rig: Rig, action: (redis: Redis) => Promise<unknown>): Promise<void> {
  const redis = new Redis(rig.direct.redis);
  try {
    await action(redis);
  } finally {
    redis.close();
  }
}

function fillRedis(rig: Rig, forMs: number): Promise<void> {
  return withRedis(rig, async (redis) => {
    await redis.send('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    await redis.send('CONFIG', 'SET', 'maxmemory', '1');
    await pause(forMs);
    await redis.send('CONFIG', 'SET', 'maxmemory', '256mb');
    await redis.send('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
  });
}

/** Kills everything, then starts servers and services in the given, random order. */
async function coldStart(
  rig: Rig,
  order: readonly (ServerName | ServiceName)[],
  random: () => number,
): Promise<void> {
  const { members, servers, ports } = rig;
  const isServer = (name: string): name is ServerName => (serverNames as readonly string[]).includes(name);
  await Promise.all(
    order.map((name) =>
      isServer(name) ? servers.killWithoutRestart(name) : members.killWithoutRestart(name),
    ),
  );
  const starting: Promise<unknown>[] = [];
  for (const name of order) {
    if (isServer(name)) starting.push(servers.start(name));
    else await members.start({ name, service: name, port: ports[name] });
    await pause(Math.floor(random() * 1_000));
  }
  await Promise.all(starting);
}
