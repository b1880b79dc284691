import type { NewDeadLetter, NewSetAsideRecord, RunEvent } from '@docfleet/contracts';
import type { Published } from './fold.ts';
import type { Fact } from './projection.ts';

/** Why the read model cannot store a record as it is. */
export interface RecordRefusal {
  /** SQLSTATE, failure code, or name of an error. */
  readonly cause: string;
  readonly message: string;
}

/** What one record adds to the read model: a fact about a run, an entry of its history, a dead letter. */
export interface DecodedRecord {
  readonly fact?: Fact | undefined;
  readonly history?: RunEvent | undefined;
  readonly deadLetter?: NewDeadLetter | undefined;
  /** The record is not stored but set aside; `published` is what is certain all the same. */
  readonly setAside?: NewSetAsideRecord | undefined;
  readonly published?: Published | undefined;
  /** Set when the record is stored in a reduced form, because it was refused as it is. */
  readonly reducedBy?: RecordRefusal | undefined;
}

/** A record with its offset and its key, which is the runId in most topics. */
export type DecodedEntry = { readonly offset: bigint; readonly key: string } & DecodedRecord;
