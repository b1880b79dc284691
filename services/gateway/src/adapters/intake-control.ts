import {
  controlRates,
  initialState,
  intakePresets,
  LocalBuckets,
  parseIntakeState,
  multiplierOf,
  type BucketRates,
  type IntakePreset,
  type IntakePresetName,
  type IntakeState,
  type TokenAnswer,
} from '@docfleet/adaptive-intake';
import type { SharedIntake } from '@docfleet/cache';
import { sleep, type Clock } from '@docfleet/domain';
import type { Log } from '@docfleet/telemetry';
import type { WaitingWork } from '../core/backlog.ts';
import { LimitExceeded, limitHeaders, type ShownLimit } from '../core/rate-limit.ts';

/** How many documents a tenant may send now. */
export interface IntakeCapacity {
  readonly available: number;
  /** Documents a second: of the tenant, and of the fleet for all tenants. */
  readonly rates: BucketRates;
  readonly multiplier: number;
}

/** Lets documents in at a rate that follows the backlog, at all gateways together (M-20). */
export interface IntakeControl {
  /** Takes tokens for documents. @throws LimitExceeded `RATE_LIMITED` */
  take(tenantId: string, documents: number): Promise<ShownLimit>;
  /** Takes the tokens of documents that were let in with another one: what is missing is paid off before the next ones. */
  charge(tenantId: string, documents: number): Promise<void>;
  look(tenantId: string): Promise<IntakeCapacity>;
  state(): IntakeState;
  /** Follows the backlog, and decides the rates where no other gateway does, until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** A process that decides the rates and dies is replaced after so many intervals. */
const leaseIntervals = 3;

/**
 * One gateway at a time measures and decides, and publishes that in Redis. While Redis is away each gateway decides for
 * itself, from the same backlog, and divides the rates by the number of gateways.
 */
export function intakeControl(options: {
  readonly shared: SharedIntake | undefined;
  readonly presetOf: (tenantId: string) => IntakePreset;
  readonly fleetPreset: IntakePresetName;
  readonly targetSeconds: number;
  readonly intervalMs: number;
  readonly measure: () => Promise<WaitingWork & { readonly openByTenant: ReadonlyMap<string, number> }>;
  /** Gateways of the fleet, at least 1. */
  readonly gateways: () => number;
  /** Name of this process. */
  readonly holder: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Takes each answer, for metrics. */
  readonly onAnswer: (tenantId: string, documents: number, answer: TokenAnswer) => void;
}): IntakeControl {
  const { shared, presetOf, targetSeconds, intervalMs, measure, gateways, holder, clock, log, onAnswer } =
    options;
  const fleetPreset: IntakePreset = intakePresets[options.fleetPreset];
  const own = new LocalBuckets();
  let state: IntakeState = initialState;

  const ratesOf = (tenantId: string): BucketRates => ({
    tenant: presetOf(tenantId).perSecond * multiplierOf(state.rates, tenantId),
    fleet: fleetPreset.perSecond * state.rates.fleet,
  });
  const ask = async (tenantId: string, documents: number, inDebt = false): Promise<TokenAnswer> => {
    const rates = ratesOf(tenantId);
    const answer = await shared?.take({ tenantId, documents, inDebt, rates });
    if (answer !== undefined) return answer;
    const count = Math.max(1, gateways());
    const part = { tenant: rates.tenant / count, fleet: rates.fleet / count };
    return own.take({ tenantId, documents, inDebt, rates: part, at: clock.now() });
  };
  const decide = async (): Promise<void> => {
    const work = await measure();
    const rates = controlRates(state.rates, work, { at: clock.now(), targetSeconds, fleetPreset, presetOf });
    state = { rates, lanes: work.lanes };
  };
  const step = async (): Promise<void> => {
    const text = await shared?.published();
    if (typeof text === 'string') state = parseIntakeState(text) ?? state;
    if ((await shared?.lead(holder, leaseIntervals * intervalMs)) === false) {
      if (text === null) state = initialState;
      return;
    }
    await decide();
    await shared?.publish(JSON.stringify(state));
  };

  return {
    take: async (tenantId, documents) => {
      const answer = await ask(tenantId, documents);
      onAnswer(tenantId, documents, answer);
      const { tenant, fleet } = ratesOf(tenantId);
      const shown: ShownLimit = {
        policy: 'intake',
        quota: Math.max(1, Math.min(tenant, fleet)),
        windowSeconds: 1,
        unit: 'documents',
        remaining: answer.available,
        resetMs: answer.waitMs,
      };
      if (!answer.granted) throw new LimitExceeded('RATE_LIMITED', limitHeaders([shown]), answer.waitMs);
      return shown;
    },
    charge: async (tenantId, documents) => {
      onAnswer(tenantId, documents, await ask(tenantId, documents, true));
    },
    look: async (tenantId) => ({
      available: (await ask(tenantId, 0)).available,
      rates: ratesOf(tenantId),
      multiplier: multiplierOf(state.rates, tenantId),
    }),
    state: () => state,
    run: async (signal) => {
      while (!signal.aborted) {
        await step().catch((error: unknown) => {
          log.warn('The backlog could not be measured; the rates of intake stay', { reason: String(error) });
        });
        await sleep(clock, intervalMs, signal).catch(() => undefined);
      }
    },
  };
}
