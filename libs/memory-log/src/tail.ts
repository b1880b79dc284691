import type { LogRecord } from '@docfleet/record-log';
import type { Network } from './network.ts';
import type { PartitionLog } from './partition-log.ts';
import type { Process } from './process.ts';

export interface TailOptions {
  readonly log: PartitionLog;
  /** First offset to read; null, or past the end of the log: the beginning. */
  readonly from: bigint | null;
  readonly network: Network;
  readonly process: Process;
  readonly maxRecords: number;
  readonly deliver: (records: readonly LogRecord[], nextOffset: bigint) => void;
}

/** Delivers committed records of one partition to a process, one fetch at a time, triggered by the log without polling. */
export class Tail {
  readonly #options: TailOptions;
  readonly #unwatch: () => void;
  #position: number;
  #state: 'running' | 'paused' | 'stopped' = 'running';
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

  pause(): void {
    if (this.#state === 'running') this.#state = 'paused';
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    this.#fetch();
  }

  stop(): void {
    this.#state = 'stopped';
    this.#unwatch();
  }

  #fetch(): void {
    const { log, network, process, maxRecords } = this.#options;
    if (this.#state !== 'running' || this.#fetching || this.#position >= log.stable) return;
    this.#fetching = true;
    network.send(() => {
      const slice = log.read(this.#position, maxRecords);
      process.run(() => {
        this.#fetching = false;
        // Records fetched for a partition that is paused by now are fetched again later.
        if (this.#state !== 'running') return;
        this.#position = slice.nextOffset;
        this.#options.deliver(slice.records, BigInt(slice.nextOffset));
        this.#fetch();
      });
    });
  }
}
