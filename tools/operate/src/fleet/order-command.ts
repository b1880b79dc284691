import { kafkaConnection, registryConnection, type KafkaSettings } from '@docfleet/connections';
import { systemClock } from '@docfleet/domain';
import { fleetOrders, fleetView, isSetting, type FleetView } from '@docfleet/fleet-level';
import { openKafkaLog } from '@docfleet/kafka';
import { openRegistryCodec } from '@docfleet/registry';
import type { ApiCall } from '../api-client.ts';
import type { OrderArguments } from './order-arguments.ts';

type Say = (line: string) => void;

/** How an order reaches the fleet: by the API, or, with `--direct`, written to the topic. */
export interface OrderWays {
  readonly api: () => ApiCall;
  readonly kafka: () => KafkaSettings;
}

/** Gives an order to the fleet. Nothing is changed without `--yes`. @throws ApiRefusal, or FailureError when the brokers do not answer */
export async function orderCommand(given: OrderArguments, ways: OrderWays, say: Say): Promise<void> {
  const sentence = sentenceOf(given);
  if (!given.yes) {
    say(`would ${sentence}; --yes does it`);
    return;
  }
  const { order, by, forSeconds } = given;
  if (given.direct) await giveDirectly(given, ways.kafka());
  else {
    const reason = by === undefined ? given.reason : `${by}: ${given.reason}`;
    const more = forSeconds === undefined || !isSetting(order) ? {} : { expiresInSeconds: forSeconds };
    await ways.api()('/v1/fleet/orders', { method: 'POST', body: { order, reason, ...more } });
  }
  say(`done: ${sentence}`);
}

/** Prints the level of the fleet and the orders that apply. @throws FailureError when the brokers do not answer */
export async function showFleet(kafka: KafkaSettings, say: Say): Promise<void> {
  const { recordLog, codec } = open(kafka);
  const reading = new AbortController();
  try {
    const view = fleetView({
      recordLog,
      codec,
      clock: systemClock,
      report: {
        unusable: (_, { topic, partition, offset }) => {
          say(`Record ${topic}/${partition} ${offset} cannot be used and is left out.`);
        },
        waiting: () => {
          say('The schema registry does not answer; trying again every second.');
        },
      },
    });
    await view.join(reading.signal);
    linesOf(view, systemClock.now()).forEach(say);
  } finally {
    reading.abort(new Error('read'));
    await recordLog.close();
  }
}

/** The current level and the orders that apply, one line each. */
export function linesOf(view: Pick<FleetView, 'level' | 'orders'>, now: number): readonly string[] {
  const level = view.level();
  const why = level === undefined || level.reasons.length === 0 ? '' : `: ${level.reasons.join(', ')}`;
  return [
    level === undefined
      ? 'the ledger has published no level yet'
      : `level ${level.level} since ${new Date(level.since).toISOString()}${why}`,
    ...[...view.orders(now)].map(([key, { order, by, reason, since, until }]) => {
      const what =
        order.kind === 'level'
          ? `level ${order.level ?? ''}`
          : order.kind === 'breaker'
            ? `breaker ${order.breaker} ${order.state ?? ''}`
            : order.kind === 'models'
              ? `models ${order.digest ?? ''}`
              : key.replace('/', ' ');
      const end = until === null ? '' : ` until ${new Date(until).toISOString()}`;
      return `order ${what} since ${new Date(since).toISOString()}${end}, set by ${by ?? ''}: ${reason}`;
    }),
  ];
}

async function giveDirectly(
  { order, by = '', reason, forSeconds }: OrderArguments,
  kafka: KafkaSettings,
): Promise<void> {
  const { recordLog, codec } = open(kafka);
  try {
    const until = forSeconds === undefined ? null : systemClock.now() + forSeconds * 1000;
    await fleetOrders({ recordLog, codec, clock: systemClock }).give(order, { by, reason, until });
  } finally {
    await recordLog.close();
  }
}

function open(kafka: KafkaSettings) {
  return {
    recordLog: openKafkaLog({ ...kafkaConnection(kafka), clientId: 'docfleet-operate' }),
    codec: openRegistryCodec(registryConnection(kafka)),
  };
}

function sentenceOf({ order, forSeconds }: OrderArguments): string {
  const time = forSeconds === undefined ? '' : ` for ${forSeconds / 60} minutes`;
  switch (order.kind) {
    case 'level':
      return order.level === null
        ? 'let the fleet determine its level'
        : `set the fleet to ${order.level}${time}`;
    case 'breaker':
      return order.state === null
        ? `let every breaker ${order.breaker} follow its calls`
        : `set every breaker ${order.breaker} ${order.state}${time}`;
    case 'pause': {
      const what = order.lane === null ? `stage ${order.stage}` : `lane ${order.lane} of ${order.stage}`;
      return order.paused
        ? `pause ${what}${time}: work that has begun ends, the rest waits`
        : `resume ${what}`;
    }
    case 'drain':
      return order.drained
        ? `have ${order.process} finish its work, leave its group and wait${time}`
        : `let ${order.process} work again`;
  }
}
