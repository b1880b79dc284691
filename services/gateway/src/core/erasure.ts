import { topics, type Erasure } from '@docfleet/contracts';
import { isoOf } from '@docfleet/domain';
import { z } from 'zod';

const instant = z.iso.datetime();

export const erasureSchema = z
  .object({
    erasureId: z.string(),
    tenantId: z.string(),
    runId: z.string().nullable().describe('Null: everything of the tenant.'),
    state: z
      .enum(['waiting', 'erasing', 'done'])
      .describe('`waiting`: runs in progress are cancelled first, and their endings awaited.'),
    requestedAt: instant,
    endedAt: instant.nullable(),
    runs: z.int().describe('Runs erased so far.'),
    objects: z.int().describe('Objects removed so far.'),
    recordsGoneBy: instant.describe(
      'Until then topics may still hold records about the runs, with field values of endings. They hold no documents.',
    ),
    links: z.object({ self: z.string() }),
  })
  .meta({ id: 'Erasure' });

/** The longest time that a topic keeps a record of a run, in milliseconds. */
const longestTopicMs = Math.max(
  ...topics.filter(({ cleanup }) => cleanup !== 'compact').map(({ retentionMs }) => retentionMs),
);

export function erasureOf(erasure: Erasure): z.infer<typeof erasureSchema> {
  const { erasureId, tenantId, runId, state, requestedAt, endedAt, runs, objects } = erasure;
  return {
    erasureId,
    tenantId,
    runId,
    state,
    requestedAt: isoOf(requestedAt),
    endedAt: endedAt === null ? null : isoOf(endedAt),
    runs,
    objects,
    // A run in progress writes its last records when it is cancelled, soon after the request.
    recordsGoneBy: isoOf((endedAt ?? requestedAt) + longestTopicMs),
    links: { self: `/v1/erasures/${erasureId}` },
  };
}
