import type { LogRecord } from '@docfleet/record-log';
import type { Network } from './network.ts';
import type { PartitionLog } from './partition-log.ts';
import type { Process } from './process.ts';

export interface TailOptions {
  readonly log: PartitionLog;
  /** Null, or past the end of the log: from the beginning. */
  readonly from: bigint | null;
  readonly network: Network;
  readonly process: Process;
  readonly maxRecords: number;
  readonly deliver: (records: readonly LogRecord[], nextOffset: bigint) => void;
}

/** Follows one partition into a process, read_committed, one fetch at a time, woken by the log and never polling. */
export class Tail {
  readonly #options: TailOptions;
  readonly #unwatch: () => void;
  #position: number;
  #state: 'flowing' | 'held' | 'stopped' = 'flowing';
  #fetching = false;

  constructor(options: TailOptions) {
    this.#options = options;
    const { from, log } = options;
    this.#position = from === null || from > BigInt(log.end) ? 0 : Number(from);
    this.#unwatch = log.watch(() => {
      this.#fetch();
    });
    this.#fetch();
  }

  hold(): void {
    if (this.#state === 'flowing') this.#state = 'held';
  }

  release(): void {
    if (this.#state !== 'held') return;
    this.#state = 'flowing';
    this.#fetch();
  }

  stop(): void {
    this.#state = 'stopped';
    this.#unwatch();
  }

  #fetch(): void {
    const { log, network, process, maxRecords } = this.#options;
    if (this.#state !== 'flowing' || this.#fetching || this.#position >= log.stable) return;
    this.#fetching = true;
    network.send(() => {
      const slice = log.read(this.#position, maxRecords);
      process.run(() => {
        this.#fetching = false;
        // What was fetched for a partition that is held by now is fetched again later.
        if (this.#state !== 'flowing') return;
        this.#position = slice.nextOffset;
        this.#options.deliver(slice.records, BigInt(slice.nextOffset));
        this.#fetch();
      });
    });
  }
}
