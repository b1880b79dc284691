import { outcomeStatuses } from '@docfleet/domain';
import { z } from 'zod';

/** Accounts of a tenant as they were read: revisions of jobs. */
export interface ReadAccount {
  readonly tenantId: string;
  readonly accepted: number;
  /** By how they ended; what never occurred is absent. */
  readonly ended: Readonly<Record<string, number>>;
  readonly open: number;
  readonly held: number;
}

const count = z.int();

export const fleetAccountsSchema = z
  .object({
    accounts: z.array(
      z.object({
        tenantId: z.string(),
        accepted: count.describe('Revisions of jobs: one that is redriven counts again.'),
        ended: z.object(
          Object.fromEntries(outcomeStatuses.map((status) => [status, count])) as Record<
            (typeof outcomeStatuses)[number],
            typeof count
          >,
        ),
        open: count.describe('Jobs that have not ended.'),
        held: count.describe('Of the open ones, those that wait for a person.'),
        difference: count.describe(
          'accepted - ended - open. Not 0: the read model has lost a job. Whether each open job is still in a topic is counted by the ledger (`docfleet_accounting_difference`).',
        ),
      }),
    ),
  })
  .meta({ id: 'FleetAccounts' });

/** The accounts as the API shows them. */
export function fleetAccountsOf(found: readonly ReadAccount[]): z.infer<typeof fleetAccountsSchema> {
  return {
    accounts: found.map(({ tenantId, accepted, ended: counts, open, held }) => {
      const entries = outcomeStatuses.map((status) => [status, counts[status] ?? 0] as const);
      const ended = Object.fromEntries(entries) as Record<(typeof outcomeStatuses)[number], number>;
      const difference = entries.reduce((left, [, number]) => left - number, accepted - open);
      return { tenantId, accepted, ended, open, held, difference };
    }),
  };
}
