import { isDisplayName, isIdentifier, isoOf } from '@docfleet/domain';
import { eventFilterPattern, maxUrlLength } from '@docfleet/webhook-rules';
import { z } from 'zod';
import { queryInteger } from './query-integer.ts';

const instant = z.iso.datetime();
const daySeconds = 86_400;
const maxSubjectLength = 256;

const url = z
  .string()
  .min(1)
  .max(maxUrlLength)
  .refine((text) => isIdentifier(text, maxUrlLength), 'no control characters')
  .describe('https, without credentials, to a public address.');
const description = z
  .string()
  .trim()
  .max(200)
  .refine(
    (text) => text === '' || isDisplayName(text),
    'one line of text without control characters and marks of its direction',
  );
const eventTypes = z
  .array(z.string().max(64).regex(eventFilterPattern, 'a type such as document.completed, document.* or *'))
  .max(20)
  .describe('Types of events, `<kind>.*` for all of a kind; empty: all.');

export const webhookSchema = z
  .object({
    endpointId: z.string(),
    url: z.string(),
    description: z.string(),
    eventTypes: z.array(z.string()),
    createdAt: instant,
    updatedAt: instant,
    enabled: z.boolean(),
    disabledAt: instant.nullable(),
    disabledReason: z
      .enum(['caller', 'gone'])
      .nullable()
      .describe('`gone`: it has answered 410. Enable it to send to it again.'),
    links: z.object({ self: z.string(), deliveries: z.string() }),
  })
  .meta({ id: 'Webhook' });

export const webhookListSchema = z.object({ webhooks: z.array(webhookSchema) }).meta({ id: 'WebhookList' });

const secret = z
  .string()
  .describe('The secret that messages are signed with. It is stored nowhere and cannot be shown again.');

export const webhookWithSecretSchema = webhookSchema.extend({ secret }).meta({ id: 'WebhookWithSecret' });

export const callbackSecretSchema = z.object({ secret }).meta({ id: 'CallbackSecret' });

export const newWebhookSchema = z
  .strictObject({ url, description: description.default(''), eventTypes: eventTypes.default([]) })
  .meta({ id: 'NewWebhook' });

export const webhookChangeSchema = z
  .strictObject({
    url: url.optional(),
    description: description.optional(),
    eventTypes: eventTypes.optional(),
    enabled: z.boolean().optional(),
  })
  .meta({ id: 'WebhookChange' });

export const secretRotationQuery = z.object({
  graceSeconds: queryInteger({ min: 0, max: 30 * daySeconds, byDefault: daySeconds }).describe(
    'Time that messages are signed with the former secret as well.',
  ),
});

const deliveryStates = ['pending', 'delivered', 'failed'] as const;

export const deliverySchema = z
  .object({
    deliveryId: z.string().describe('Header `webhook-id`; the same at every attempt and replay.'),
    endpointId: z.string().nullable().describe('Null: the callback of a job.'),
    url: z.string().nullable().describe('Of a callback; null: the one of the endpoint.'),
    type: z.string(),
    subject: z.string().describe('The runId, batchId or taskId that it is about.'),
    state: z.enum(deliveryStates),
    problem: z
      .string()
      .nullable()
      .describe('Why the last attempt failed: `HTTP_<status>`, `TIMEOUT`, `ADDRESS_REFUSED` and others.'),
    attempts: z.int(),
    createdAt: instant,
    nextAttemptAt: instant.nullable(),
    expiresAt: instant.describe('It is tried until then.'),
    endedAt: instant.nullable(),
    links: z.object({ self: z.string(), replay: z.string().nullable() }),
  })
  .meta({ id: 'WebhookDelivery' });

export const deliveryWithAttemptsSchema = deliverySchema
  .extend({
    log: z
      .array(
        z.object({
          number: z.int(),
          at: instant,
          durationMs: z.int(),
          status: z.int().nullable().describe('HTTP status; null without an answer.'),
          problem: z.string().nullable(),
        }),
      )
      .describe('The last 50 attempts, newest first.'),
  })
  .meta({ id: 'WebhookDeliveryWithLog' });

export const deliveryPageSchema = z
  .object({
    deliveries: z.array(deliverySchema),
    next: z.string().nullable().describe('Cursor of the next page; null on the last one.'),
  })
  .meta({ id: 'WebhookDeliveryPage' });

export const deliveryListQuery = z.object({
  endpointId: z
    .union([z.guid(), z.literal('callbacks')])
    .optional()
    .describe('Deliveries to one endpoint; `callbacks`: those to callbacks of jobs.'),
  state: z.enum(deliveryStates).optional(),
  subject: z
    .string()
    .max(maxSubjectLength)
    .refine((text) => isIdentifier(text, maxSubjectLength), 'no control characters')
    .optional()
    .describe('The runId or batchId that they are about.'),
  cursor: z
    .string()
    .regex(/^[1-9]\d{0,17}$/, 'is not a cursor returned by this list')
    .optional()
    .describe('`next` of the previous page.'),
  limit: queryInteger({ min: 1, max: 200, byDefault: 50 }),
});

export const replaySchema = z
  .strictObject({
    since: instant.describe('Stored at this time or later.'),
    until: instant.optional().describe('Stored before this time; default: now.'),
    state: z.enum(['delivered', 'failed']).optional().describe('Default: both.'),
  })
  .meta({ id: 'WebhookReplay' });

export const replayedSchema = z
  .object({
    replayed: z.int().describe('At most 1,000.'),
    next: instant.nullable().describe('`since` of the next call, where there were more.'),
  })
  .meta({ id: 'WebhookReplayed' });

export const webhookCountsSchema = z
  .object({
    endpoints: z.int(),
    disabledEndpoints: z.int(),
    pending: z.int().describe('Deliveries that are not delivered yet.'),
    delivered: z.int().describe('Within the last 24 hours.'),
    failed: z.int().describe('Within the last 24 hours.'),
  })
  .meta({ id: 'WebhookCounts' });

/** An endpoint as callers see it; times are milliseconds since the epoch. */
export function webhookOf(endpoint: {
  readonly endpointId: string;
  readonly url: string;
  readonly description: string;
  readonly filters: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly disabledAt: number | null;
  readonly disabledReason: 'caller' | 'gone' | null;
}): z.infer<typeof webhookSchema> {
  const { endpointId, filters, createdAt, updatedAt, disabledAt } = endpoint;
  return {
    endpointId,
    url: endpoint.url,
    description: endpoint.description,
    eventTypes: [...filters],
    createdAt: isoOf(createdAt),
    updatedAt: isoOf(updatedAt),
    enabled: disabledAt === null,
    disabledAt: isoOrNull(disabledAt),
    disabledReason: endpoint.disabledReason,
    links: {
      self: `/v1/webhooks/${endpointId}`,
      deliveries: `/v1/webhook-deliveries?endpointId=${endpointId}`,
    },
  };
}

export function deliveryOf(
  delivery: {
    readonly deliveryId: string;
    readonly receiver: string;
    readonly url: string | null;
    readonly type: string;
    readonly subject: string;
    readonly state: (typeof deliveryStates)[number];
    readonly problem: string | null;
    readonly attempts: number;
    readonly createdAt: number;
    readonly dueAt: number;
    readonly expiresAt: number;
    readonly endedAt: number | null;
  },
  isCallback: boolean,
): z.infer<typeof deliverySchema> {
  const { deliveryId, receiver, url, type, subject, state, problem, attempts, endedAt } = delivery;
  const self = `/v1/webhook-deliveries/${deliveryId}`;
  const isPending = state === 'pending';
  return {
    deliveryId,
    endpointId: isCallback ? null : receiver,
    ...{ url, type, subject, state, problem, attempts },
    createdAt: isoOf(delivery.createdAt),
    nextAttemptAt: isPending ? isoOf(delivery.dueAt) : null,
    expiresAt: isoOf(delivery.expiresAt),
    endedAt: isoOrNull(endedAt),
    links: { self, replay: isPending ? null : `${self}/replay` },
  };
}

function isoOrNull(time: number | null): string | null {
  return time === null ? null : isoOf(time);
}
