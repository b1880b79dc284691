import type { FailureCode } from '@docfleet/domain';

/** A file that somebody might send to harm, or after something went wrong. */
export interface HostileFile {
  readonly name: string;
  readonly bytes: Buffer;
  /** What becomes of it. */
  readonly expected: 'processed' | FailureCode;
}
