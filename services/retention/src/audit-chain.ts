import {
  checkAuditChain,
  oldestUnsealed,
  sealAuditRows,
  type ChainPosition,
  type Database,
} from '@docfleet/database';
import type { Clock } from '@docfleet/domain';
import type { Log, Metrics } from '@docfleet/telemetry';

/** Rows of one transaction that seals, and of one that checks. */
const sealedAtOnce = 1_000;
const checkedAtOnce = 500;

/** Interval at which the end of the chain is logged, in milliseconds: a log is a witness that the database is not. */
const witnessMs = 3_600_000;

/** Seals the audit log, and checks it again and again. */
export interface ChainKeeper {
  /** Seals every row that waits. @throws FailureError `DATABASE_UNAVAILABLE` */
  seal(signal: AbortSignal): Promise<void>;
  /** Checks the next part of the chain; after its end the first one follows. @throws FailureError `DATABASE_UNAVAILABLE` */
  check(): Promise<void>;
}

export function keepAuditChain(parts: {
  readonly database: Pick<Database, 'session' | 'transaction'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'gauge'>;
}): ChainKeeper {
  const { database, clock, log, metrics } = parts;
  const position = metrics.gauge(
    'docfleet_audit_chain_position',
    'Rows of the audit log that were ever sealed.',
  );
  const sealedAt = metrics.gauge(
    'docfleet_audit_sealed_timestamp_seconds',
    'When no row of the audit log waited to be sealed last, in seconds since the epoch.',
  );
  const unsealed = metrics.gauge(
    'docfleet_audit_unsealed_age_seconds',
    'Age of the oldest row of the audit log that is not sealed; 0 without one.',
  );
  const broken = metrics.gauge(
    'docfleet_audit_chain_broken',
    '1 after the chain of the audit log was found broken, until it was checked whole without a fault.',
  );
  broken.set({}, 0);
  let after: ChainPosition | undefined;
  let faultAt: bigint | undefined;
  let witnessedAt = -Infinity;

  const witness = (head: ChainPosition): void => {
    if (clock.now() - witnessedAt < witnessMs) return;
    witnessedAt = clock.now();
    log.info('End of the audit log', { position: String(head.position), hash: head.hash.toString('hex') });
  };

  return {
    seal: async (signal) => {
      const oldestAt = await oldestUnsealed(database.session);
      unsealed.set({}, oldestAt === null ? 0 : Math.max(0, (clock.now() - oldestAt) / 1_000));
      for (;;) {
        signal.throwIfAborted();
        const { rows, head } = await sealAuditRows(database, sealedAtOnce);
        position.set({}, Number(head.position));
        if (rows < sealedAtOnce) {
          witness(head);
          break;
        }
      }
      unsealed.set({}, 0);
      sealedAt.set({}, clock.now() / 1_000);
    },
    check: async () => {
      const part = await checkAuditChain(database, {
        ...(after === undefined ? {} : { after }),
        limit: checkedAtOnce,
      });
      const { fault } = part;
      after = part.complete || fault !== undefined ? undefined : part.last;
      if (fault !== undefined) {
        broken.set({}, 1);
        if (fault.position !== faultAt) {
          const { reason, id } = fault;
          const where = { position: String(fault.position), row: id === null ? 'none' : String(id) };
          log.error('The chain of the audit log is broken', undefined, { ...where, reason });
        }
        faultAt = fault.position;
      } else if (part.complete) {
        broken.set({}, 0);
        faultAt = undefined;
      }
    },
  };
}
