import {
  holdLevel,
  isInForce,
  judgeFleet,
  nothingSet,
  type DegradationMatrix,
  type FleetHealth,
  type FleetLevel,
  type HeldLevel,
} from '@docfleet/contracts';

/**
 * Computes the fleet's level from the health reports of its processes. Every ledger does; one of them writes the result,
 * so another can take over at once.
 */
export class FleetFold {
  readonly #matrix: DegradationMatrix;
  readonly #reports = new Map<string, { readonly report: FleetHealth; readonly heardAt: number }>();
  #held: HeldLevel;
  #order: FleetLevel | undefined;

  constructor(matrix: DegradationMatrix, now: number) {
    this.#matrix = matrix;
    this.#held = { level: 'L0', reasons: [], since: now, neededAt: now };
  }

  heardHealth(report: FleetHealth, heardAt: number): void {
    this.#reports.set(report.process, { report, heardAt });
  }

  /** An operator's order; it applies until it is released or its time is over. */
  heardOrder(order: FleetLevel): void {
    this.#order = order;
  }

  /** The level that the writing ledger has written; the others adopt it with its hold time. */
  heardLevel(level: FleetLevel, heardAt: number): void {
    if (level.setBy !== null) return;
    this.#held = { level: level.level, reasons: level.reasons, since: level.since, neededAt: heardAt };
  }

  /** The level to write at `now` (milliseconds since the epoch). Reports of silent processes expire. */
  fold(now: number): FleetLevel {
    const { rules, timing } = this.#matrix;
    for (const [process, { heardAt }] of this.#reports)
      if (now - heardAt >= timing.silentAfterMs) this.#reports.delete(process);
    const reports = [...this.#reports.values()].map(({ report }) => report);
    this.#held = holdLevel(this.#held, judgeFleet(reports, rules), { now, holdMs: timing.holdMs });
    const { level, reasons, since } = this.#held;
    const order = this.#order;
    return order !== undefined && isInForce(order, now) ? order : { level, reasons, since, ...nothingSet };
  }
}
