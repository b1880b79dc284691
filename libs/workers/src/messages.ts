import { FailureError, isFailureCode, type FailureCode, type FailureDetails } from '@docfleet/domain';

export type ToChild<In, Setup> =
  | {
      readonly kind: 'setup';
      readonly setup: Setup;
      /** Whether the child filters its own system calls before it is ready. */
      readonly confine: boolean;
    }
  | { readonly kind: 'job'; readonly id: number; readonly input: In }
  | { readonly kind: 'abort'; readonly id: number };

export type FromChild<Out> =
  | { readonly kind: 'ready' }
  | { readonly kind: 'setup-failed'; readonly error: WireError }
  | { readonly kind: 'done'; readonly id: number; readonly output: Out }
  | { readonly kind: 'failed'; readonly id: number; readonly error: WireError };

/** An error in a message between processes: structured clone would lose its code. */
export interface WireError {
  readonly code?: FailureCode;
  readonly details?: FailureDetails;
  readonly message: string;
}

export function toWireError(thrown: unknown): WireError {
  if (thrown instanceof FailureError) {
    const cause = thrown.cause instanceof Error ? `: ${thrown.cause.message}` : '';
    return { code: thrown.code, details: thrown.details, message: `${thrown.message}${cause}` };
  }
  return { message: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) };
}

/** Restores the error: a `FailureError` if the child threw one, with the message of the child as cause. */
export function fromWireError(wire: WireError): Error {
  const cause = new Error(wire.message);
  return isFailureCode(wire.code) ? new FailureError(wire.code, wire.details, { cause }) : cause;
}

/**
 * Parses a message of a child; undefined when it is not one of the protocol. `output` is not validated: its type is the
 * contract of the child with its pool.
 */
export function parseFromChild<Out>(message: unknown): FromChild<Out> | undefined {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return undefined;
  const kinds: readonly unknown[] = ['ready', 'setup-failed', 'done', 'failed'];
  return kinds.includes(message.kind) ? (message as FromChild<Out>) : undefined;
}
