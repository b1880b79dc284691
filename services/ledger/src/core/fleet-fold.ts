import type { DegradationMatrix, FleetHealth, FleetLevel } from '@docfleet/contracts';
import { holdLevel, judgeFleet, type HeldLevel } from '@docfleet/resilience';

/**
 * The level of the fleet, folded from what processes report. Every ledger folds; only one writes, so that another can
 * go on where it stopped.
 */
export class FleetFold {
  readonly #matrix: DegradationMatrix;
  readonly #reports = new Map<string, { readonly report: FleetHealth; readonly receivedAt: number }>();
  #held: HeldLevel;
  #order: FleetLevel | undefined;

  constructor(matrix: DegradationMatrix, now: number) {
    this.#matrix = matrix;
    this.#held = { level: 'L0', reasons: [], since: now, neededAt: now };
  }

  heardHealth(report: FleetHealth, receivedAt: number): void {
    this.#reports.set(report.process, { report, receivedAt });
  }

  /** An operator's order; it counts until a release comes. */
  heardOrder(order: FleetLevel): void {
    this.#order = order.setBy === null ? undefined : order;
  }

  /** What the ledger that writes has written; for the others, who take its level over with its hold. */
  heardLevel(level: FleetLevel, receivedAt: number): void {
    if (level.setBy !== null) return;
    this.#held = { level: level.level, reasons: level.reasons, since: level.since, neededAt: receivedAt };
  }

  /** What is to stand in `fleet.level` at `now` (milliseconds since the epoch). Silent processes count no more. */
  fold(now: number): FleetLevel {
    const { rules, timing } = this.#matrix;
    for (const [process, { receivedAt }] of this.#reports)
      if (now - receivedAt >= timing.silentAfterMs) this.#reports.delete(process);
    const reports = [...this.#reports.values()].map(({ report }) => report);
    this.#held = holdLevel(this.#held, judgeFleet(reports, rules), { now, holdMs: timing.holdMs });
    const { level, reasons, since } = this.#held;
    return this.#order ?? { level, reasons, since, setBy: null, breaker: null };
  }
}
