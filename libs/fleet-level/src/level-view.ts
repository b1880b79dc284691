import {
  worstLevel,
  holdLevel,
  isInForce,
  type DegradationLevel,
  type DegradationMatrix,
  type FleetLevel,
  type HeldLevel,
  type Judgement,
} from '@docfleet/contracts';

/** What set the level of this process: an operator, the ledger (`fleet`), or the process itself. */
export type LevelSource = 'operator' | 'fleet' | 'self';

export interface CurrentLevel extends Judgement {
  readonly source: LevelSource;
}

/** How long past levels are kept for `worstSince`, in milliseconds: longer than any attempt of a stage. */
const historyMs = 3_600_000;

/**
 * The level that a process follows. An operator's order has precedence, then the level of the fleet while it is recent;
 * without one the process judges by its own breakers and measures.
 */
export class LevelView {
  readonly #timing: DegradationMatrix['timing'];
  #order: FleetLevel | undefined;
  #fleet: { readonly level: FleetLevel; readonly receivedAt: number } | undefined;
  #own: HeldLevel = { level: 'L0', reasons: [], since: 0, neededAt: 0 };
  #now: CurrentLevel = { level: 'L0', reasons: [], source: 'self' };
  #past: { readonly level: DegradationLevel; readonly until: number }[] = [];

  constructor(timing: DegradationMatrix['timing']) {
    this.#timing = timing;
  }

  get now(): CurrentLevel {
    return this.#now;
  }

  setOrder(order: FleetLevel): void {
    this.#order = order;
  }

  setFleetLevel(level: FleetLevel, receivedAt: number): void {
    this.#fleet = { level, receivedAt };
  }

  /** Decides again at `now` (milliseconds since the epoch); true when the level changed. */
  judge(own: Judgement, now: number): boolean {
    this.#own = holdLevel(this.#own, own, { now, holdMs: this.#timing.holdMs });
    const before = this.#now.level;
    this.#now = this.#decide(now);
    if (this.#now.level === before) return false;
    this.#past = this.#past.filter(({ until }) => until > now - historyMs);
    this.#past.push({ level: before, until: now });
    return true;
  }

  /** The worst level from `since` (milliseconds since the epoch) until now. */
  worstSince(since: number): DegradationLevel {
    const past = this.#past.filter(({ until }) => until > since).map(({ level }) => level);
    return worstLevel([...past, this.#now.level]);
  }

  #decide(now: number): CurrentLevel {
    const fleet = this.#fleet;
    const order = this.#order;
    if (order !== undefined && isInForce(order, now)) return { ...judgementOf(order), source: 'operator' };
    // What the ledger restates of an order ends with the order, also when no ledger says so.
    const isRecent = fleet !== undefined && now - fleet.receivedAt < this.#timing.silentAfterMs;
    if (isRecent && fleet.level.setBy === null) return { ...judgementOf(fleet.level), source: 'fleet' };
    if (isRecent && isInForce(fleet.level, now)) return { ...judgementOf(fleet.level), source: 'operator' };
    return { level: this.#own.level, reasons: this.#own.reasons, source: 'self' };
  }
}

function judgementOf({ level, reasons }: FleetLevel): Judgement {
  return { level, reasons };
}
