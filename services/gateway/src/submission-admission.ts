import type { SubmissionQuotas } from './core/quotas.ts';
import type { TenantRuns, TenantUsage } from '@docfleet/database';
import { toFailure, type Clock } from '@docfleet/domain';
import { LRUCache } from 'lru-cache';
import type { IntakeControl } from './adapters/intake-control.ts';
import { exceededBy, type Addition, type Usage } from './core/quotas.ts';
import type { ShownLimit } from './core/rate-limit.ts';

/** Decides whether a tenant may submit documents now: its quotas and the rate of intake (M-20). */
export interface SubmissionAdmission {
  /**
   * Before anything of a submission is read: by what was used a second ago at most, and the announced size.
   *
   * @throws QuotaExceeded, or LimitExceeded `RATE_LIMITED`
   */
  admit(tenantId: string, addition: Addition): Promise<ShownLimit>;
  /** After a batch was accepted that `admit` let in as one document: its other files count for the rate of intake, too. */
  chargeFurther(tenantId: string, documents: number): Promise<void>;
  /** For the transaction that accepts a submission, with the usage that includes it. @throws QuotaExceeded */
  checkOf(tenantId: string): ((usage: TenantUsage) => void) | undefined;
  /** What the tenant has used, read lately. */
  usageOf(tenantId: string): Promise<Usage>;
  quotasOf(tenantId: string): SubmissionQuotas;
}

/** Age of a reading that decides whether a body is read, in milliseconds. */
const freshMs = 1_000;

const nothingUsed: Usage = {
  bytes: 0,
  documents: 0,
  pages: 0,
  inFlight: 0,
  uncounted: 0,
  meanPages: 1,
  meanOf: 0,
};
const nothingAdded: Addition = { documents: 0, bytes: 0 };

interface Reading {
  readonly usage: Promise<Usage>;
  readonly at: number;
  /** What this gateway has let in since. */
  added: Addition;
}

/**
 * The database decides, in the transaction that accepts: quotas hold at all gateways together, also while Redis is away. What
 * was read lately refuses most of what is too much before its body is read. While the database is away the last reading
 * counts, with what this gateway has let in since, once for each gateway: the others are taken to let in as much.
 */
export function submissionAdmission(options: {
  readonly runsOf: (tenantId: string) => Pick<TenantRuns, 'usage'>;
  readonly quotasOf: (tenantId: string) => SubmissionQuotas;
  readonly costPerPage: number;
  readonly control: Pick<IntakeControl, 'take' | 'charge'>;
  /** Gateways of the fleet, at least 1. */
  readonly gateways: () => number;
  readonly clock: Clock;
}): SubmissionAdmission {
  const { runsOf, quotasOf, costPerPage, control, gateways, clock } = options;
  const readings = new LRUCache<string, Reading>({ max: 10_000 });

  const read = async (tenantId: string, last: Reading | undefined): Promise<Usage> => {
    try {
      return await runsOf(tenantId).usage(clock.now());
    } catch (error) {
      if (toFailure(error).code !== 'DATABASE_UNAVAILABLE') throw error;
      return last === undefined ? nothingUsed : withAddition(await last.usage, last.added, gateways());
    }
  };
  const readingOf = (tenantId: string): Reading => {
    const last = readings.get(tenantId);
    if (last !== undefined && clock.now() - last.at < freshMs) return last;
    const reading = { usage: read(tenantId, last), at: clock.now(), added: nothingAdded };
    // One that failed is not kept.
    reading.usage.catch(() => readings.delete(tenantId));
    readings.set(tenantId, reading);
    return reading;
  };
  const usageOf = async (tenantId: string): Promise<Usage> => {
    const reading = readingOf(tenantId);
    return withAddition(await reading.usage, reading.added);
  };
  return {
    quotasOf,
    usageOf,
    admit: async (tenantId, addition) => {
      const quotas = quotasOf(tenantId);
      const isLimited = Object.keys(quotas).length > 0;
      if (isLimited) {
        const facts = { quotas, addition, costPerPage, at: clock.now() };
        const exceeded = exceededBy(await usageOf(tenantId), facts);
        if (exceeded !== undefined) throw exceeded;
      }
      const shown = await control.take(tenantId, addition.documents);
      if (isLimited) {
        const reading = readingOf(tenantId);
        reading.added = {
          documents: reading.added.documents + addition.documents,
          bytes: reading.added.bytes + addition.bytes,
        };
      }
      return shown;
    },
    chargeFurther: (tenantId, documents) => control.charge(tenantId, documents),
    checkOf: (tenantId) => {
      const quotas = quotasOf(tenantId);
      if (Object.keys(quotas).length === 0) return undefined;
      return (usage) => {
        const exceeded = exceededBy(usage, { quotas, addition: nothingAdded, costPerPage, at: clock.now() });
        if (exceeded !== undefined) throw exceeded;
      };
    },
  };
}

function withAddition(usage: Usage, { documents, bytes }: Addition, times = 1): Usage {
  return {
    ...usage,
    bytes: usage.bytes + times * bytes,
    inFlight: usage.inFlight + times * documents,
    uncounted: usage.uncounted + times * documents,
  };
}
