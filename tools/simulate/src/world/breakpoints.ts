import type { StageName } from '@docfleet/domain';
import type { Boundary, StopKind } from '../plan/plan.ts';

/** Stops a process of this stage when it reaches this boundary. */
export interface Breakpoint {
  readonly stage: StageName;
  readonly boundary: Boundary;
  /** Number of passages before it stops one. */
  after: number;
  readonly how: StopKind;
  readonly forMs: number;
  readonly losesMetadata: boolean;
  readonly sendsElsewhere: boolean;
}

/** Active breakpoints. Each one stops a process once. */
export class Breakpoints {
  readonly #set: Breakpoint[] = [];

  set(breakpoint: Breakpoint): void {
    this.#set.push(breakpoint);
  }

  clear(): void {
    this.#set.length = 0;
  }

  /** Removes and returns the breakpoint that stops this passage. */
  hit(
    stage: StageName,
    boundary: Boundary,
    matches: (breakpoint: Breakpoint) => boolean = () => true,
  ): Breakpoint | undefined {
    const index = this.#set.findIndex(
      (breakpoint) => breakpoint.stage === stage && breakpoint.boundary === boundary && matches(breakpoint),
    );
    const breakpoint = this.#set[index];
    if (breakpoint === undefined) return undefined;
    breakpoint.after -= 1;
    if (breakpoint.after >= 0) return undefined;
    this.#set.splice(index, 1);
    return breakpoint;
  }
}
