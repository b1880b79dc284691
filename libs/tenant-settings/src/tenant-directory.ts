import type { RecordCodec, TenantSettings } from '@docfleet/contracts';
import { FailureError, type Clock } from '@docfleet/domain';
import { followValues, type FollowReport, type RecordLog } from '@docfleet/record-log';

/** What was published about tenants. */
export interface Tenants {
  /**
   * Undefined for a tenant that nothing was published about.
   *
   * @throws FailureError `BROKER_UNAVAILABLE` until `fleet.tenants` was read to its end
   */
  settingsOf(tenantId: string): TenantSettings | undefined;
}

/** The tenants as this process knows them. */
export interface TenantDirectory extends Tenants {
  /** Whether `fleet.tenants` was read to its end. */
  isComplete(): boolean;
  /** Every tenant that something was published about; none until `fleet.tenants` was read to its end. */
  all(): readonly TenantSettings[];
  /** Resolves when everything that was published before is known; follows `fleet.tenants` until `signal` aborts. */
  join(signal: AbortSignal): Promise<void>;
}

/**
 * Follows `fleet.tenants`. Nothing else is asked, so that the last state holds while the database is away. Nothing is read
 * before `join`.
 */
export function tenantDirectory(options: {
  readonly recordLog: Pick<RecordLog, 'follow'>;
  readonly codec: Pick<RecordCodec, 'decode'>;
  readonly clock: Clock;
  readonly report: FollowReport;
}): TenantDirectory {
  const { recordLog, codec, clock, report } = options;
  const known = new Map<string, TenantSettings>();
  let isComplete = false;
  return {
    isComplete: () => isComplete,
    all: () => (isComplete ? [...known.values()] : []),
    settingsOf: (tenantId) => {
      if (!isComplete) throw new FailureError('BROKER_UNAVAILABLE');
      return known.get(tenantId);
    },
    join: async (signal) => {
      await followValues({
        recordLog,
        topic: 'fleet.tenants',
        counts: 'latest-of-key',
        decode: (bytes) => codec.decode('fleet.tenants', bytes),
        clock,
        signal,
        onValue: ({ key, value }) => {
          if (key !== value.tenantId) throw new Error('The key of a record of a tenant is not the tenant.');
          // A record that was sent twice may arrive behind a newer one.
          if (value.version >= (known.get(key)?.version ?? 0)) known.set(key, value);
        },
        onRemoved: ({ key }) => {
          known.delete(key);
        },
        report,
      });
      isComplete = true;
    },
  };
}
