import { isDeepStrictEqual } from 'node:util';
import {
  degradationMatrix,
  type DegradationMatrix,
  type FleetLevel,
  type RecordCodec,
} from '@docfleet/contracts';
import { sleep, type Clock, type TopicPartition } from '@docfleet/domain';
import { fleetKeys, followLatest } from '@docfleet/fleet-level';
import type { GroupMember, RecordLog } from '@docfleet/record-log';
import type { Log } from '@docfleet/telemetry';
import { FleetFold } from '../core/fleet-fold.ts';

/** Group whose one partition decides which ledger writes the level; its members fetch nothing. */
const group = 'fleet';
const partitionOfHealth: TopicPartition = { topic: 'fleet.health', partition: 0 };

/** How often is looked whether the level holds on, in milliseconds. */
const lookEveryMs = 1000;

/** Pause after a write that failed, and before a lost group is joined again, in milliseconds. */
const pauseMs = 3000;

export interface FleetKeeperOptions {
  readonly recordLog: Pick<RecordLog, 'follow' | 'join'>;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
  readonly signal: AbortSignal;
  readonly matrix?: DegradationMatrix;
}

/**
 * Folds `fleet.health` into `fleet.level` until `signal` aborts. All ledgers fold; the owner of the health partition
 * writes, with that partition's transactional producer, so one that was asleep and is not the owner any more is fenced
 * and cannot write over its successor.
 */
export async function keepFleetLevel(options: FleetKeeperOptions): Promise<void> {
  const keeper = new FleetKeeper(options);
  await keeper.run();
}

/** The health partition in one epoch. */
interface Ownership {
  readonly epoch: number;
  opened: boolean;
}

class FleetKeeper {
  readonly #options: FleetKeeperOptions;
  readonly #matrix: DegradationMatrix;
  readonly #fold: FleetFold;
  #member: GroupMember | undefined;
  #owned: Ownership | undefined;
  #lost = false;
  #readTo = 0n;
  #written: { readonly level: FleetLevel; readonly at: number } | undefined;
  #changed = new AbortController();

  constructor(options: FleetKeeperOptions) {
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
          await this.#wait(lookEveryMs, AbortSignal.any([signal, this.#changed.signal]));
        } catch (error) {
          if (this.#owned !== undefined) this.#owned.opened = false;
          log.warn('the level of the fleet could not be written and will be', { reason: String(error) });
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
    const { log, recordLog, codec, clock, signal } = this.#options;
    const shared = {
      recordLog,
      codec,
      clock,
      signal,
      onUndecodable: (error: unknown) => {
        log.error('a record about the fleet is left out: no schema reads it', error);
      },
    };
    await Promise.all([
      followLatest({
        ...shared,
        topic: 'fleet.health',
        onValue: ({ value, heardAt, nextOffset }) => {
          this.#fold.heardHealth(value, heardAt);
          if (nextOffset > this.#readTo) this.#readTo = nextOffset;
          this.#wake();
        },
      }),
      followLatest({
        ...shared,
        topic: 'fleet.level',
        onValue: ({ key, value, heardAt }) => {
          if (key === fleetKeys.order) this.#fold.heardOrder(value);
          // What the owner hears is what it wrote itself, and may have changed its mind about since.
          if (key === fleetKeys.level && this.#owned === undefined) this.#fold.heardLevel(value, heardAt);
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
      topics: [[partitionOfHealth.topic]],
      listener: {
        assigned: (epoch, partitions) => {
          this.#owned = partitions.length === 0 ? undefined : { epoch, opened: false };
          this.#wake();
        },
        revoking: () => undefined,
        fetched: () => undefined,
        lost: (error) => {
          log.warn('the group that keeps the level is lost and will be joined again', {
            reason: String(error),
          });
          this.#owned = undefined;
          this.#lost = true;
        },
      },
    });
  }

  /** Writes the level when it has changed, and again now and then for those who would take silence for trouble. */
  async #write(): Promise<void> {
    const { clock, codec, log } = this.#options;
    const level = this.#fold.fold(clock.now());
    const owned = this.#owned;
    const member = this.#member;
    if (owned === undefined || member === undefined || !this.#isDue(owned, level)) return;
    if (!owned.opened) {
      const { offset } = await member.open(partitionOfHealth, owned.epoch);
      if (offset !== null && offset > this.#readTo) this.#readTo = offset;
      owned.opened = true;
    }
    const at = clock.now();
    const value = await codec.encode('fleet.level', level);
    const record = { topic: 'fleet.level', key: Buffer.from(fleetKeys.level), value, headers: {} };
    await member.transact(partitionOfHealth, owned.epoch, {
      records: [record],
      offset: this.#readTo,
      metadata: '',
    });
    if (this.#written?.level.level !== level.level)
      log.info('the level of the fleet', { level: level.level, reasons: level.reasons.join(', ') });
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
