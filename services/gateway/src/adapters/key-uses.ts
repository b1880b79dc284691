import type { ApiKeys } from '@docfleet/database';
import { sleep, type Clock } from '@docfleet/domain';
import type { Log } from '@docfleet/telemetry';

/** Interval between two writes, in milliseconds. */
const intervalMs = 60_000;

/** Collects when keys are used and stores it in the background, once a minute. */
export interface KeyUses {
  note(keyId: string): void;
  /** Stores the uses until `signal` aborts, and then once more. A failure is logged, and the uses are kept. */
  run(signal: AbortSignal): Promise<void>;
}

export function collectKeyUses(
  apiKeys: Pick<ApiKeys, 'noteUses'>,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): KeyUses {
  let uses = new Map<string, number>();
  const store = async (): Promise<void> => {
    if (uses.size === 0) return;
    const stored = uses;
    uses = new Map();
    try {
      await apiKeys.noteUses(stored);
    } catch (error) {
      // Uses noted meanwhile are later ones.
      uses = new Map([...stored, ...uses]);
      log.warn('Last use of API keys could not be stored; trying again', { reason: String(error) });
    }
  };
  return {
    note: (keyId) => {
      uses.set(keyId, clock.now());
    },
    run: async (signal) => {
      while (!signal.aborted) {
        await sleep(clock, intervalMs, signal).catch(() => undefined);
        await store();
      }
    },
  };
}
