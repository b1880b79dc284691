import { FailureError, isFailureCode, type FailureCode, type FailureDetails } from '@docfleet/domain';

export type ToChild<In, Setup> =
  | { readonly kind: 'setup'; readonly setup: Setup }
  | { readonly kind: 'job'; readonly id: number; readonly input: In }
  | { readonly kind: 'abort'; readonly id: number };

export type FromChild<Out> =
  | { readonly kind: 'ready' }
  | { readonly kind: 'setup-failed'; readonly error: WireError }
  | { readonly kind: 'done'; readonly id: number; readonly output: Out }
  | { readonly kind: 'failed'; readonly id: number; readonly error: WireError };

/** An error as it crosses the process boundary: structured clone would lose the code. */
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

/** The error again: a `FailureError` where the child threw one, with the child's own words as cause. */
export function fromWireError(wire: WireError): Error {
  const cause = new Error(wire.message);
  return isFailureCode(wire.code) ? new FailureError(wire.code, wire.details, { cause }) : cause;
}

/**
 * What a child sent, or undefined when it is no message of ours. The content of `output` is the child's promise
 * to its pool and is taken as typed here.
 */
export function parseFromChild<Out>(message: unknown): FromChild<Out> | undefined {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return undefined;
  const kinds: readonly unknown[] = ['ready', 'setup-failed', 'done', 'failed'];
  return kinds.includes(message.kind) ? (message as FromChild<Out>) : undefined;
}
