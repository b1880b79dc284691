import type { StageName } from '@docfleet/domain';
import type { Boundary, StopKind } from '../plan/plan.ts';

/** A process of this stage is to be stopped when it comes to this boundary. */
export interface Trap {
  readonly stage: StageName;
  readonly boundary: Boundary;
  /** Passages that go well before. */
  after: number;
  readonly how: StopKind;
  readonly forMs: number;
  readonly losesMetadata: boolean;
  readonly sendsElsewhere: boolean;
}

/** Traps that are set. Each catches once. */
export class Traps {
  readonly #set: Trap[] = [];

  set(trap: Trap): void {
    this.#set.push(trap);
  }

  clear(): void {
    this.#set.length = 0;
  }

  /** The trap that this passage springs. */
  spring(stage: StageName, boundary: Boundary, fits: (trap: Trap) => boolean = () => true): Trap | undefined {
    const index = this.#set.findIndex(
      (trap) => trap.stage === stage && trap.boundary === boundary && fits(trap),
    );
    const trap = this.#set[index];
    if (trap === undefined) return undefined;
    trap.after -= 1;
    if (trap.after >= 0) return undefined;
    this.#set.splice(index, 1);
    return trap;
  }
}
