import type { FleetLevel } from '@docfleet/contracts';
import { systemClock } from '@docfleet/domain';
import { openKafkaLog } from '@docfleet/kafka';
import { openRegistryCodec } from '@docfleet/registry';
import { fleetKeys, fleetOrders, type FleetOrders, followLatest } from '@docfleet/fleet-level';
import type { ServerAddresses } from './addresses.ts';
import { parseFleet, type FleetArguments } from './fleet-arguments.ts';

/**
 * Shows or sets the fleet's level and breakers. Nothing is set without `--yes`.
 *
 * @throws UsageError for wrong arguments, FailureError when the servers do not answer
 */
export async function fleetCommand(
  addresses: Pick<ServerAddresses, 'KAFKA_BROKERS' | 'SCHEMA_REGISTRY_URL'>,
  argv: readonly string[],
  print: (line: string) => void,
): Promise<boolean> {
  const given = parseFleet(argv);
  if (given.kind !== 'show' && !given.yes) {
    print(`Dry run: would ${sentenceOf(given)}. Use --yes to do it.`);
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
        onUndecodable: (_, { topic, partition, offset }) => {
          print(
            `${topic} record could not be decoded (partition ${partition}, offset ${offset}); it is not shown`,
          );
        },
      });
      reading.abort(new Error('Read to the end'));
      linesOf(latest).forEach(print);
    } else {
      await execute(fleetOrders({ recordLog, codec, clock: systemClock }), given);
      print(`Done: ${sentenceOf(given)}.`);
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
      return 'release the level of the fleet';
    case 'set-breaker':
      return `set every breaker ${order.breaker} ${order.state}`;
    case 'release-breaker':
      return `release every breaker ${order.breaker}`;
  }
}

/** The current level, order and breaker settings, one line each. */
export function linesOf(latest: ReadonlyMap<string, FleetLevel>): readonly string[] {
  const level = latest.get(fleetKeys.level);
  const order = latest.get(fleetKeys.order);
  const breakers = [...latest].filter(([, { breaker, setBy }]) => breaker !== null && setBy !== null);
  return [
    level === undefined ? 'no level has been published yet' : `level ${level.level}${whyOf(level)}`,
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
