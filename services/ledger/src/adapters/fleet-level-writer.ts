import { isDeepStrictEqual } from 'node:util';
import {
  degradationMatrix,
  type DegradationMatrix,
  type FleetLevel,
  type RecordCodec,
} from '@docfleet/contracts';
import { sleep, type Clock, type TopicPartition } from '@docfleet/domain';
import { fleetKeys } from '@docfleet/fleet-level';
import { followValues, type GroupMember, type RecordLog } from '@docfleet/record-log';
import { followReport, type Log, type Metrics } from '@docfleet/telemetry';
import { FleetFold } from '../core/fleet-fold.ts';

/** Consumer group whose only partition decides which ledger writes the level; its members fetch nothing. */
const group = 'fleet';
const healthPartition: TopicPartition = { topic: 'fleet.health', partition: 0 };

/** Interval at which the level is computed again, in milliseconds. */
const intervalMs = 1000;

/** Pause after a failed write, and before the group is joined again, in milliseconds. */
const pauseMs = 3000;

export interface FleetLevelWriterOptions {
  readonly recordLog: Pick<RecordLog, 'follow' | 'join'>;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
  readonly metrics: Pick<Metrics, 'unusableRecords'>;
  readonly signal: AbortSignal;
  readonly matrix?: DegradationMatrix;
}

/**
 * Computes the fleet's level from `fleet.health` and writes it to `fleet.level` until `signal` aborts. All ledgers
 * compute it; the owner of the health partition writes, with that partition's transactional producer, so a paused ledger
 * that lost the partition meanwhile is fenced and cannot overwrite its successor's level.
 */
export async function writeFleetLevel(options: FleetLevelWriterOptions): Promise<void> {
  const writer = new FleetLevelWriter(options);
  await writer.run();
}

/** Ownership of the health partition in one epoch. */
interface Ownership {
  readonly epoch: number;
  opened: boolean;
}

class FleetLevelWriter {
  readonly #options: FleetLevelWriterOptions;
  readonly #matrix: DegradationMatrix;
  readonly #fold: FleetFold;
  #member: GroupMember | undefined;
  #owned: Ownership | undefined;
  #lost = false;
  #readTo = 0n;
  #written: { readonly level: FleetLevel; readonly at: number } | undefined;
  #changed = new AbortController();

  constructor(options: FleetLevelWriterOptions) {
    this.#options = options;
    this.#matrix = options.matrix ?? degradationMatrix;
    this.#fold = new FleetFold(this.#matrix, options.clock.now());
  }

  async run(): Promise<void> {
    const { signal, log } = this.#options;
    try {
      await this.#follow();
      while (!signal.aborted) {
        this.#changed = new AbortController();
        try {
          await this.#join();
          await this.#write();
          await this.#wait(intervalMs, AbortSignal.any([signal, this.#changed.signal]));
        } catch (error) {
          if (this.#owned !== undefined) this.#owned.opened = false;
          log.warn('fleet.level could not be written; trying again', { pauseMs, reason: String(error) });
          await this.#wait(pauseMs, signal);
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      await this.#member?.leave().catch(() => undefined);
    }
  }

  async #follow(): Promise<void> {
    const { log, metrics, recordLog, codec, clock, signal } = this.#options;
    const report = followReport({ log, metrics });
    const shared = { recordLog, counts: 'latest-of-key', clock, signal, report } as const;
    await Promise.all([
      followValues({
        ...shared,
        topic: 'fleet.health',
        decode: (bytes) => codec.decode('fleet.health', bytes),
        onValue: ({ value, receivedAt, nextOffset }) => {
          this.#fold.heardHealth(value, receivedAt);
          if (nextOffset > this.#readTo) this.#readTo = nextOffset;
          this.#wake();
        },
      }),
      followValues({
        ...shared,
        topic: 'fleet.level',
        decode: (bytes) => codec.decode('fleet.level', bytes),
        onValue: ({ key, value, receivedAt }) => {
          if (key === fleetKeys.order) this.#fold.heardOrder(value);
          // The owner reads back its own level, which may be older than the one it has computed since.
          if (key === fleetKeys.level && this.#owned === undefined) this.#fold.heardLevel(value, receivedAt);
          this.#wake();
        },
      }),
    ]);
  }

  #wake(): void {
    this.#changed.abort(new Error('changed'));
  }

  async #join(): Promise<void> {
    if (this.#lost) {
      this.#lost = false;
      const old = this.#member;
      this.#member = undefined;
      await old?.leave().catch(() => undefined);
    }
    if (this.#member !== undefined) return;
    const { recordLog, log } = this.#options;
    this.#member = await recordLog.join({
      group,
      topics: [[healthPartition.topic]],
      listener: {
        assigned: (epoch, partitions) => {
          this.#owned = partitions.length === 0 ? undefined : { epoch, opened: false };
          this.#wake();
        },
        revoking: () => undefined,
        fetched: () => undefined,
        lost: (error) => {
          log.warn('Membership of consumer group fleet was lost; joining again', {
            reason: String(error),
          });
          this.#owned = undefined;
          this.#lost = true;
        },
      },
    });
  }

  /** Writes the level when it has changed, and at least every `restateEveryMs`, so that silence means failure. */
  async #write(): Promise<void> {
    const { clock, codec, log } = this.#options;
    const level = this.#fold.fold(clock.now());
    const owned = this.#owned;
    const member = this.#member;
    if (owned === undefined || member === undefined || !this.#isDue(owned, level)) return;
    if (!owned.opened) {
      const { offset } = await member.open(healthPartition, owned.epoch);
      if (offset !== null && offset > this.#readTo) this.#readTo = offset;
      owned.opened = true;
    }
    const at = clock.now();
    const value = await codec.encode('fleet.level', level);
    const record = { topic: 'fleet.level', key: Buffer.from(fleetKeys.level), value, headers: {} };
    await member.transact(healthPartition, owned.epoch, {
      records: [record],
      offset: this.#readTo,
      metadata: '',
    });
    if (this.#written?.level.level !== level.level)
      log.info('fleet.level changed', { fleetLevel: level.level, reasons: level.reasons.join(', ') });
    this.#written = { level, at };
  }

  #isDue(owned: Ownership, level: FleetLevel): boolean {
    const written = this.#written;
    if (!owned.opened || written === undefined) return true;
    return (
      !isDeepStrictEqual({ ...written.level }, { ...level }) ||
      this.#options.clock.now() - written.at >= this.#matrix.timing.restateEveryMs
    );
  }

  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    await sleep(this.#options.clock, ms, signal).catch(() => undefined);
  }
}
