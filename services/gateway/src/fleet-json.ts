import { degradationLevels, type FleetHealth, type FleetLevel } from '@docfleet/contracts';
import { lanes, stageNames } from '@docfleet/domain';
import { isSetting, type FleetOrder, type GivenOrder } from '@docfleet/fleet-level';
import { z } from 'zod';

const instant = z.iso.datetime();
const [firstLevel = 'L0', ...otherLevels] = degradationLevels;
const level = z.enum([firstLevel, ...otherLevels]);

const reason = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .describe('Why; shown with the order and kept in the audit log.');
const expiresInSeconds = z
  .int()
  .min(1)
  .max(30 * 24 * 3600)
  .optional()
  .describe('The order ends by itself after this time; default: it applies until it is released.');
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/);

const wish = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('level'),
    level: level.nullable().describe('Null lets the fleet determine its level.'),
  }),
  z.strictObject({
    kind: z.literal('breaker'),
    breaker: name,
    state: z.enum(['open', 'closed']).nullable().describe('Null lets it follow its calls.'),
  }),
  z.strictObject({
    kind: z.literal('pause'),
    stage: z.enum(stageNames),
    lane: z.enum(lanes).nullable().default(null).describe('Null: the whole stage.'),
    paused: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal('drain'),
    process: name.describe('As GET /v1/fleet names it.'),
    drained: z.boolean(),
  }),
]);

export const orderRequestSchema = z.strictObject({ order: wish, reason, expiresInSeconds });

export const orderSchema = z
  .object({
    kind: z.enum(['level', 'breaker', 'pause', 'drain', 'models']),
    what: z.string().describe('The level; breaker and state; stage and lane; process; digest of the models.'),
    isSet: z.boolean().describe('False: what was set before is released.'),
    by: z.string().nullable().describe('keyId of the API key, or the name that a command gave.'),
    reason: z.string(),
    since: instant,
    until: instant.nullable(),
  })
  .meta({ id: 'FleetOrder' });

const modelVersion = z.object({
  version: z.string(),
  digest: z.string().describe('SHA-256 over the names and digests of its models.'),
  inUse: z.boolean(),
});

export const fleetSchema = z
  .object({
    level: z
      .object({ level, reasons: z.array(z.string()), since: instant })
      .nullable()
      .describe('Null while no ledger has written one.'),
    orders: z.array(orderSchema),
    processes: z.array(
      z.object({
        process: z.string(),
        service: z.string(),
        reportedAt: instant,
        breakers: z.array(z.object({ name: z.string(), state: z.string() })),
        drained: z.boolean(),
        models: z.array(modelVersion),
      }),
    ),
  })
  .meta({ id: 'Fleet' });

export const lagSchema = z
  .object({
    at: instant,
    stages: z.array(
      z.object({
        stage: z.enum(stageNames),
        members: z.int().describe('Processes in its consumer group.'),
        secondsPerDocument: z.number().nullable(),
        lanes: z.array(
          z.object({
            lane: z.enum(lanes),
            records: z.int().describe('Positions between the committed one and the end.'),
            seconds: z
              .int()
              .nullable()
              .describe('Estimated; null where nothing is known to estimate it from.'),
            paused: z.boolean(),
          }),
        ),
        retrying: z.int().describe('Positions of its retry topics.'),
      }),
    ),
  })
  .meta({ id: 'Lag' });

const pinned = z.object({
  digest: z.string(),
  by: z.string().nullable(),
  reason: z.string(),
  since: instant,
  previous: z.string().nullable().describe('What a rollback pins; null: no version is pinned then.'),
});

export const modelsSchema = z
  .object({
    versions: z.array(
      z.object({
        version: z.string(),
        digest: z.string(),
        installed: z.int().describe('Processes that have it.'),
        inUse: z.int().describe('Processes that read new documents with it.'),
        pinned: z.boolean(),
      }),
    ),
    pinned: pinned.nullable().describe('Null: each process uses its own default version.'),
    missing: z
      .array(z.string())
      .describe('Processes that do not have the pinned version, and read on with their last one.'),
  })
  .meta({ id: 'Models' });

export type ModelsJson = z.infer<typeof modelsSchema>;

export const pinSchema = z.strictObject({
  digest: z.string().regex(/^[0-9a-f]{8,64}$/, 'a digest, or how it begins: 8 to 64 of 0-9 and a-f'),
  reason,
});
export const rollbackSchema = z.strictObject({ reason });

/** What an order is about, in a few words. */
export function subjectOf(order: FleetOrder): string {
  switch (order.kind) {
    case 'level':
      return order.level ?? 'level';
    case 'breaker':
      return order.state === null ? order.breaker : `${order.breaker} ${order.state}`;
    case 'pause':
      return order.lane === null ? order.stage : `${order.stage} ${order.lane}`;
    case 'drain':
      return order.process;
    case 'models':
      return order.digest ?? 'models';
  }
}

export function orderJson({ order, by, reason: why, since, until }: GivenOrder): z.infer<typeof orderSchema> {
  return {
    kind: order.kind,
    what: subjectOf(order),
    isSet: isSetting(order),
    by,
    reason: why,
    since: new Date(since).toISOString(),
    until: until === null ? null : new Date(until).toISOString(),
  };
}

export function fleetJson(fleet: {
  readonly level: FleetLevel | undefined;
  readonly orders: readonly GivenOrder[];
  readonly processes: readonly FleetHealth[];
}): z.infer<typeof fleetSchema> {
  const { level: judged, orders, processes } = fleet;
  const drained = new Set(orders.flatMap(({ order }) => (order.kind === 'drain' ? [order.process] : [])));
  return {
    level:
      judged === undefined
        ? null
        : { level: judged.level, reasons: [...judged.reasons], since: new Date(judged.since).toISOString() },
    orders: orders.map(orderJson),
    processes: processes.map(({ process, service, at, breakers, models }) => ({
      process,
      service,
      reportedAt: new Date(at).toISOString(),
      breakers: [...breakers],
      drained: drained.has(process),
      models: [...models],
    })),
  };
}

/** The model versions of the fleet, by version, and what is pinned. */
export function modelsJson(processes: readonly FleetHealth[], pin: GivenOrder | undefined): ModelsJson {
  const digest = pin?.order.kind === 'models' ? pin.order.digest : null;
  const all = processes.flatMap(({ models }) => models);
  const versions = [...Map.groupBy(all, (each) => each.digest)].map(([each, have]) => ({
    version: have[0]?.version ?? '',
    digest: each,
    installed: have.length,
    inUse: have.filter(({ inUse }) => inUse).length,
    pinned: each === digest,
  }));
  const missing = processes.filter(
    ({ models }) => digest !== null && models.length > 0 && !models.some((each) => each.digest === digest),
  );
  return {
    versions: versions.sort((a, b) => (a.version < b.version ? -1 : 1)),
    pinned:
      pin?.order.kind !== 'models' || digest === null
        ? null
        : {
            digest,
            by: pin.by,
            reason: pin.reason,
            since: new Date(pin.since).toISOString(),
            previous: pin.order.previous,
          },
    missing: missing.map(({ process }) => process),
  };
}
