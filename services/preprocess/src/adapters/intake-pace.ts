import {
  initialState,
  intakePresets,
  multiplierOf,
  parseIntakeState,
  type IntakePresetName,
  type IntakeState,
} from '@docfleet/adaptive-intake';
import type { SharedIntake } from '@docfleet/cache';
import { policiesOf } from '@docfleet/contracts';
import { headerNames, laneOfTopic, sleep, toFailure, type Clock } from '@docfleet/domain';
import { fleetKeyPrefix, parseProof } from '@docfleet/tenant-proof';
import type { TenantPace } from '@docfleet/stage';
import type { Tenants } from '@docfleet/tenant-settings';

/** Interval at which the rates are read, in milliseconds. */
const readEveryMs = 1_000;

/** While less than this share of the target waits behind intake, nobody is held: the fleet has room. */
const roomBelow = 0.3;

/** Documents that are asked for at once, so that not every start waits for Redis. */
const documentsAtOnce = 4;

/** Shortest time between two questions for a tenant, in milliseconds. */
const askEveryMs = 50;

interface TenantTokens {
  /** Documents that may start. */
  ready: number;
  isAsking: boolean;
  /** No question before then. */
  askAt: number;
  /** Not held until then, because Redis gave no answer. */
  freeUntil: number;
}

/** Time for which nobody asks Redis again that gave no answer, in milliseconds. */
const freeMs = 1_000;

/** Tenants remembered at most; the one that was held longest ago is forgotten, with the documents that it may start. */
const maxTenants = 10_000;

/** A pace that follows what the gateways have decided. */
export interface IntakePace extends TenantPace {
  /** Follows the rates until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Holds direct producers to the rates of intake (M-20), from the same buckets as the gateways. What a gateway has let in is
 * signed by the fleet and not counted again. While Redis is away nobody is held.
 */
export function intakePace(options: {
  readonly shared: Pick<SharedIntake, 'take' | 'published'>;
  readonly tenants: Pick<Tenants, 'settingsOf'>;
  readonly tenantPreset: IntakePresetName;
  readonly fleetPreset: IntakePresetName;
  readonly clock: Clock;
}): IntakePace {
  const { shared, tenants, clock } = options;
  const tokens = new Map<string, TenantTokens>();
  const listeners = new Set<() => void>();
  let state: IntakeState = initialState;

  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const presetOf = (tenantId: string) => {
    try {
      const { intakePreset = options.tenantPreset } = policiesOf(tenants.settingsOf(tenantId));
      return intakePresets[intakePreset];
    } catch (error) {
      if (toFailure(error).code !== 'BROKER_UNAVAILABLE') throw error;
      return intakePresets[options.tenantPreset];
    }
  };
  const ask = async (tenantId: string, own: TenantTokens): Promise<void> => {
    own.isAsking = true;
    const answer = await shared.take({
      tenantId,
      documents: documentsAtOnce,
      rates: {
        tenant: presetOf(tenantId).perSecond * multiplierOf(state.rates, tenantId),
        fleet: intakePresets[options.fleetPreset].perSecond * state.rates.fleet,
      },
    });
    own.isAsking = false;
    if (answer === undefined) own.freeUntil = clock.now() + freeMs;
    else if (answer.granted) own.ready += documentsAtOnce;
    if (answer?.granted !== false) {
      tell();
      return;
    }
    const waitMs = Math.max(askEveryMs, answer.waitMs);
    own.askAt = clock.now() + waitMs;
    clock.after(waitMs, tell);
  };
  const tokensOf = (tenantId: string): TenantTokens => {
    const own = tokens.get(tenantId) ?? { ready: 0, isAsking: false, askAt: 0, freeUntil: 0 };
    tokens.delete(tenantId);
    tokens.set(tenantId, own);
    const [oldest] = tokens.keys();
    if (tokens.size > maxTenants && oldest !== undefined) tokens.delete(oldest);
    return own;
  };
  return {
    isPaced: ({ topic, headers }) => {
      if (laneOfTopic(topic) === undefined) return false;
      const proof = parseProof(headers[headerNames.proof] ?? '');
      return proof?.keyId.startsWith(fleetKeyPrefix) !== true;
    },
    isHeld: (tenantId) => {
      if (state.rates.fillBehindIntake < roomBelow) return false;
      const own = tokensOf(tenantId);
      if (own.ready > 0 || clock.now() < own.freeUntil) return false;
      if (!own.isAsking && clock.now() >= own.askAt) void ask(tenantId, own);
      return true;
    },
    started: (tenantId) => {
      const own = tokens.get(tenantId);
      if (own !== undefined && own.ready > 0) own.ready -= 1;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    run: async (signal) => {
      while (!signal.aborted) {
        const text = await shared.published();
        state = (typeof text === 'string' ? parseIntakeState(text) : undefined) ?? initialState;
        tell();
        await sleep(clock, readEveryMs, signal).catch(() => undefined);
      }
    },
  };
}
