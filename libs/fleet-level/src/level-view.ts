import {
  worstLevel,
  holdLevel,
  type DegradationLevel,
  type DegradationMatrix,
  type FleetLevel,
  type HeldLevel,
  type Judgement,
} from '@docfleet/contracts';

/** Who says at which level this process works: an operator, the ledger, or the process itself. */
export type LevelSource = 'operator' | 'fleet' | 'self';

export interface LevelNow extends Judgement {
  readonly source: LevelSource;
}

/** How far back `worstSince` can look: no attempt of a stage takes longer, in milliseconds. */
const memoryMs = 3_600_000;

/**
 * The level that a process goes by. An operator's order counts before everything; then what the fleet says, as long
 * as it says something; in its silence the process judges by what it knows itself.
 */
export class LevelView {
  readonly #timing: DegradationMatrix['timing'];
  #order: FleetLevel | undefined;
  #fleet: { readonly level: FleetLevel; readonly heardAt: number } | undefined;
  #own: HeldLevel = { level: 'L0', reasons: [], since: 0, neededAt: 0 };
  #now: LevelNow = { level: 'L0', reasons: [], source: 'self' };
  #past: { readonly level: DegradationLevel; readonly until: number }[] = [];

  constructor(timing: DegradationMatrix['timing']) {
    this.#timing = timing;
  }

  get now(): LevelNow {
    return this.#now;
  }

  heardOrder(order: FleetLevel): void {
    this.#order = order.setBy === null ? undefined : order;
  }

  heardFleet(level: FleetLevel, heardAt: number): void {
    this.#fleet = { level, heardAt };
  }

  /** Decides anew at `now`; true when the level has changed. */
  judge(own: Judgement, now: number): boolean {
    this.#own = holdLevel(this.#own, own, { now, holdMs: this.#timing.holdMs });
    const before = this.#now.level;
    this.#now = this.#decide(now);
    if (this.#now.level === before) return false;
    this.#past = this.#past.filter(({ until }) => until > now - memoryMs);
    this.#past.push({ level: before, until: now });
    return true;
  }

  /** The worst level from `since` (milliseconds since the epoch) until now. */
  worstSince(since: number): DegradationLevel {
    const past = this.#past.filter(({ until }) => until > since).map(({ level }) => level);
    return worstLevel([...past, this.#now.level]);
  }

  #decide(now: number): LevelNow {
    const fleet = this.#fleet;
    if (this.#order !== undefined) return { ...judgementOf(this.#order), source: 'operator' };
    if (fleet !== undefined && now - fleet.heardAt < this.#timing.silentAfterMs)
      return { ...judgementOf(fleet.level), source: fleet.level.setBy === null ? 'fleet' : 'operator' };
    return { level: this.#own.level, reasons: this.#own.reasons, source: 'self' };
  }
}

function judgementOf({ level, reasons }: FleetLevel): Judgement {
  return { level, reasons };
}
