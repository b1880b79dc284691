import type { FleetLevel } from '@docfleet/contracts';
import { systemClock } from '@docfleet/domain';
import { openKafkaLog } from '@docfleet/kafka';
import { openRegistryCodec } from '@docfleet/registry';
import { fleetKeys, fleetOrders, type FleetOrders, followLatest } from '@docfleet/fleet-level';
import type { ServerAddresses } from './addresses.ts';
import type { FleetArguments } from './fleet-arguments.ts';

/**
 * Shows or sets the fleet's level and breakers. Nothing is set without `--yes`.
 *
 * @throws FailureError when the servers do not answer
 */
export async function fleetCommand(
  addresses: Pick<ServerAddresses, 'KAFKA_BROKERS' | 'SCHEMA_REGISTRY_URL'>,
  given: FleetArguments,
  say: (line: string) => void,
): Promise<boolean> {
  if (given.kind !== 'show' && !given.yes) {
    say(`would ${sentenceOf(given)}; --yes does it`);
    return true;
  }
  const recordLog = openKafkaLog({ brokers: addresses.KAFKA_BROKERS, clientId: 'docfleet-operate' });
  const codec = openRegistryCodec({ url: addresses.SCHEMA_REGISTRY_URL });
  try {
    if (given.kind === 'show') {
      const latest = new Map<string, FleetLevel>();
      const reading = new AbortController();
      await followLatest({
        recordLog,
        codec,
        topic: 'fleet.level',
        clock: systemClock,
        signal: reading.signal,
        onValue: ({ key, value }) => latest.set(key, value),
        onUndecodable: () => {
          say('A record of fleet.level could not be decoded and is left out.');
        },
      });
      reading.abort(new Error('read'));
      linesOf(latest).forEach(say);
    } else {
      await execute(fleetOrders({ recordLog, codec, clock: systemClock }), given);
      say(`done: ${sentenceOf(given)}`);
    }
    return true;
  } finally {
    await recordLog.close();
  }
}

type Order = Exclude<FleetArguments, { kind: 'show' }>;

function execute(orders: FleetOrders, order: Order): Promise<void> {
  switch (order.kind) {
    case 'set-level':
      return orders.setLevel(order.level, order);
    case 'release-level':
      return orders.releaseLevel(order);
    case 'set-breaker':
      return orders.setBreaker(order.breaker, order.state, order);
    case 'release-breaker':
      return orders.releaseBreaker(order.breaker, order);
  }
}

function sentenceOf(order: Order): string {
  switch (order.kind) {
    case 'set-level':
      return `set the fleet to ${order.level}`;
    case 'release-level':
      return 'let the fleet determine its level';
    case 'set-breaker':
      return `set every breaker ${order.breaker} ${order.state}`;
    case 'release-breaker':
      return `let every breaker ${order.breaker} follow its calls`;
  }
}

/** The current level, order and breaker settings, one line each. */
export function linesOf(latest: ReadonlyMap<string, FleetLevel>): readonly string[] {
  const level = latest.get(fleetKeys.level);
  const order = latest.get(fleetKeys.order);
  const breakers = [...latest].filter(([, { breaker, setBy }]) => breaker !== null && setBy !== null);
  return [
    level === undefined ? 'the ledger has published no level yet' : `level ${level.level}${whyOf(level)}`,
    ...(order === undefined || order.setBy === null ? [] : [`order ${order.level}${whyOf(order)}`]),
    ...breakers.map(
      ([, value]) => `breaker ${value.breaker?.name ?? ''} ${value.breaker?.state ?? ''}${whyOf(value)}`,
    ),
  ];
}

function whyOf({ reasons, since, setBy }: FleetLevel): string {
  const by = setBy === null ? '' : `, set by ${setBy}`;
  const why = reasons.length === 0 ? '' : `: ${reasons.join(', ')}`;
  return ` since ${new Date(since).toISOString()}${by}${why}`;
}
