import { intakePresetNames } from '@docfleet/adaptive-intake';
import { degradationLevels, regionRoutings, type TenantPolicies } from '@docfleet/contracts';
import { isoOf } from '@docfleet/domain';
import { z } from 'zod';
import { endOfDay, submissionQuotas, usedOf, type SubmissionQuotas, type Usage } from './quotas.ts';

const count = z.int().min(0);
const instant = z.iso.datetime();

const quotaUseSchema = z
  .object({
    quota: z.enum(submissionQuotas),
    limit: z.number().nullable().describe('Null: none.'),
    used: z
      .number()
      .describe('Documents whose pages are not known yet count with the pages that are reserved for them.'),
    left: z.number().nullable(),
    resetsAt: instant.nullable().describe('Null: whenever a document ends.'),
  })
  .meta({ id: 'QuotaUse' });

export const usageSchema = z
  .object({
    tenantId: z.string(),
    requestsPerMinute: count.describe('Calls that the tenant may make in a minute.'),
    quotas: z.array(quotaUseSchema),
    days: z
      .array(z.object({ day: z.iso.date(), bytes: count, documents: count, pages: count, cost: z.number() }))
      .describe('By day (UTC), the newest first; 31 at most. `bytes`: of documents submitted by the API.'),
  })
  .meta({ id: 'Usage' });

export const capacitySchema = z
  .object({
    documentsNow: count.describe('Documents that would be accepted at once.'),
    perSecond: z.number().describe('Documents a second that the tenant may send.'),
    multiplier: z.number().describe('Share of the base rate that the present backlog leaves; 0.2 to 2.'),
    fleetPerSecond: z.number().describe('The same of all tenants together, which share it equally.'),
    requestsPerMinute: count,
    quotas: z.array(quotaUseSchema),
    inFlight: count.describe('Documents of the tenant that have not ended.'),
    backlogSeconds: z
      .object({ urgent: count, high: count, normal: count })
      .describe('Estimated time until what waits in a lane is done.'),
    level: z.enum(degradationLevels).describe('Level of degradation of the fleet; L0 is normal.'),
  })
  .meta({ id: 'Capacity' });

const quota = z.number().min(0).max(1e15);
const wholeQuota = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

export const quotasSchema = z
  .strictObject({
    requestsPerMinute: z.int().min(1).max(1_000_000).nullable().default(null),
    bytesPerDay: wholeQuota.nullable().default(null).describe('Of documents submitted by the API.'),
    pagesPerDay: wholeQuota.nullable().default(null),
    costPerDay: quota
      .nullable()
      .default(null)
      .describe("Pages times the price of a page, in the fleet's money."),
    documentsInFlight: wholeQuota.nullable().default(null),
    intakePreset: z
      .enum(intakePresetNames)
      .nullable()
      .default(null)
      .describe('Base rate of intake: 10, 50 or 200 documents a second.'),
  })
  .describe('Null: as the fleet is configured.')
  .meta({ id: 'TenantQuotas' });

export const regionSchema = z
  .strictObject({
    region: z
      .string()
      .regex(/^[a-z0-9-]{1,64}$/, 'a region name of a-z, 0-9 and dashes')
      .nullable()
      .default(null)
      .describe("Region of documents that name none; null: the fleet's."),
    regionRouting: z
      .enum(regionRoutings)
      .default('refuse')
      .describe('What is done with a document of another region.'),
  })
  .meta({ id: 'TenantRegion' });

export function quotasOf(policies: TenantPolicies): z.infer<typeof quotasSchema> {
  const { requestsPerMinute, bytesPerDay, pagesPerDay, costPerDay, documentsInFlight, intakePreset } =
    policies;
  return {
    requestsPerMinute: requestsPerMinute ?? null,
    bytesPerDay: bytesPerDay ?? null,
    pagesPerDay: pagesPerDay ?? null,
    costPerDay: costPerDay ?? null,
    documentsInFlight: documentsInFlight ?? null,
    intakePreset: intakePreset ?? null,
  };
}

/** The given policies; what is null is absent. */
export function policiesFrom(given: Readonly<Record<string, string | number | null>>): TenantPolicies {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}

export function quotaUses(
  usage: Usage,
  facts: { readonly quotas: SubmissionQuotas; readonly costPerPage: number; readonly at: number },
): z.infer<typeof quotaUseSchema>[] {
  const { quotas, costPerPage, at } = facts;
  return submissionQuotas.map((name) => {
    const limit = quotas[name] ?? null;
    const used = usedOf(name, usage, { costPerPage, limit: limit ?? undefined });
    return {
      quota: name,
      limit,
      used,
      left: limit === null ? null : Math.max(0, limit - used),
      resetsAt: name === 'documentsInFlight' ? null : isoOf(endOfDay(at)),
    };
  });
}
