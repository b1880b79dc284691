import { lanes, laneWeights, type Lane } from '@docfleet/domain';

/** A record that waits for a slot. */
export interface Waiting {
  /** Unique; names the record. */
  readonly id: string;
  readonly lane: Lane;
  readonly tenantId: string;
  readonly runId: string;
  /** Milliseconds since the epoch at which its record was written to the log. */
  readonly arrivedAtMs: number;
  /** Whether it waits while its tenant is held. */
  readonly isPaced?: boolean;
}

export interface SchedulerOptions {
  /** Runs executed at the same time. */
  readonly slots: number;
  /** Runs of one tenant executed at the same time; default: all slots. */
  readonly slotsPerTenant?: number;
  /** Work that has waited longer is taken before the weights, every fourth time; in milliseconds. */
  readonly ageBoundMs?: number;
}

interface TenantQueue {
  items: Waiting[];
  /** Seconds of service, as far as it counts against others that wait. */
  served: number;
  working: number;
  /** Whether its paced items were passed over since it last started one. */
  wasHeld: boolean;
}

interface LaneQueue {
  readonly tenants: Map<string, TenantQueue>;
  /** What the tenants that wait here have received at least; never goes back. */
  level: number;
  /** Seconds of service divided by the lane's weight, as far as it counts against others that wait. */
  served: number;
  working: number;
}

/**
 * Of so many starts one may go to what has waited past the age bound. Not all of them: behind a backlog everything is
 * old, and the oldest first would be no turn at all for urgent work and quiet tenants.
 */
const agedShare = 4;

/** Seconds that work is charged before it is known what it takes: the last figure seen, at first this one. */
const firstGuessSeconds = 0.5;

/**
 * Decides whose turn it is: weighted deficit round robin over lanes (8/3/1) and, inside a lane, deficit round robin
 * over tenants, both in seconds of processing. Deficits are kept as service received: the queue that has received
 * least, by weight, is owed most and goes first. A queue in which nothing waits has had all it asked for: what others
 * receive meanwhile gives it no claim, and what it received while it was alone gives none to those who come later. It
 * comes back at the level of those that wait (the virtual time of start-time fair queueing, Goyal and others, 1996).
 *
 * One slot is kept free of other lanes so that urgent work never waits for a long document to end (with a single
 * slot there is nothing to keep). A run is never worked twice at once.
 */
export class Scheduler {
  readonly #slots: number;
  readonly #slotsPerTenant: number;
  readonly #ageBoundMs: number;
  readonly #lanes: ReadonlyMap<Lane, LaneQueue>;
  /** What the lanes that wait have received at least, by weight; never goes back. */
  #level = 0;
  /** Lanes of which nothing is taken. */
  #paused: ReadonlySet<Lane> = new Set();
  /** Of the present `take`. */
  #isHeld: (tenantId: string) => boolean = () => false;
  readonly #busyRuns = new Set<string>();
  readonly #working = new Map<string, { item: Waiting; charged: number }>();
  #guessSeconds = firstGuessSeconds;
  #startsSinceAged = agedShare - 1;

  constructor(options: SchedulerOptions) {
    this.#slots = options.slots;
    this.#slotsPerTenant = options.slotsPerTenant ?? options.slots;
    this.#ageBoundMs = options.ageBoundMs ?? 120_000;
    this.#lanes = new Map(
      lanes.map((lane) => [lane, { tenants: new Map(), level: 0, served: 0, working: 0 }]),
    );
  }

  get workingCount(): number {
    return this.#working.size;
  }

  offer(item: Waiting): void {
    const lane = this.#laneOf(item.lane);
    if (!hasWaitingTenant(lane)) lane.served = Math.max(lane.served, this.#level);
    let tenant = lane.tenants.get(item.tenantId);
    if (tenant === undefined) {
      tenant = { items: [], served: 0, working: 0, wasHeld: false };
      lane.tenants.set(item.tenantId, tenant);
    }
    if (!isWaiting(tenant)) tenant.served = Math.max(tenant.served, lane.level);
    tenant.items.push(item);
  }

  /**
   * Takes nothing of these lanes any more. A lane that is paused asks for nothing, so what the others receive meanwhile gives
   * it no claim: it comes back at their level, and does not hold them up until it has caught up.
   */
  pauseLanes(paused: ReadonlySet<Lane>): void {
    for (const name of this.#paused) {
      if (paused.has(name)) continue;
      const lane = this.#laneOf(name);
      lane.served = Math.max(lane.served, this.#level);
    }
    this.#paused = paused;
  }

  /**
   * The next work to start, or undefined; it holds a slot and its run until `finished` and `released`. Paced work of a tenant
   * that is held is passed over. What others receive meanwhile gives the tenant no claim, as with a lane that is paused.
   */
  take(
    nowMs: number,
    mayStart: (item: Waiting) => boolean = () => true,
    isHeld: (tenantId: string) => boolean = () => false,
  ): Waiting | undefined {
    if (this.#working.size >= this.#slots) return undefined;
    this.#isHeld = isHeld;
    const open = lanes.filter((lane) => !this.#paused.has(lane) && this.#laneHasSlot(lane));
    const aged = this.#agedItem(open, nowMs, mayStart);
    const item = aged ?? this.#neediestItem(open, mayStart);
    if (item === undefined) return undefined;
    this.#startsSinceAged = aged === undefined ? this.#startsSinceAged + 1 : 0;
    return this.#start(item);
  }

  /** Gives the slot back and charges what the work really took; the run stays busy until `released`. */
  finished(id: string, seconds: number): void {
    const work = this.#working.get(id);
    if (work === undefined) return;
    this.#working.delete(id);
    const lane = this.#laneOf(work.item.lane);
    lane.working -= 1;
    lane.served += (seconds - work.charged) / laneWeights[work.item.lane];
    const tenant = lane.tenants.get(work.item.tenantId);
    if (tenant !== undefined) {
      tenant.working -= 1;
      tenant.served += seconds - work.charged;
    }
    this.#guessSeconds = 0.8 * this.#guessSeconds + 0.2 * seconds;
    this.#forgetIdleTenants(lane);
  }

  /** The run may be worked again: its step has been committed, or its work was given up for good. */
  released(runId: string): void {
    this.#busyRuns.delete(runId);
  }

  /** Forgets waiting work that is no longer this process's. */
  drop(isGone: (item: Waiting) => boolean): void {
    for (const lane of this.#lanes.values()) {
      for (const tenant of lane.tenants.values()) tenant.items = tenant.items.filter((item) => !isGone(item));
      this.#forgetIdleTenants(lane);
    }
  }

  #laneOf(lane: Lane): LaneQueue {
    const queue = this.#lanes.get(lane);
    if (queue === undefined) throw new Error(`no lane ${lane}`);
    return queue;
  }

  #laneHasSlot(lane: Lane): boolean {
    if (lane === 'urgent' || this.#slots === 1) return true;
    return this.#working.size - this.#laneOf('urgent').working < this.#slots - 1;
  }

  /** The item that has waited longest past the age bound, when it is such an item's turn. */
  #agedItem(open: readonly Lane[], nowMs: number, mayStart: (item: Waiting) => boolean): Waiting | undefined {
    if (this.#startsSinceAged < agedShare - 1) return undefined;
    const heads = open
      .flatMap((lane) => [...this.#laneOf(lane).tenants.values()])
      .map((tenant) => this.#eligible(tenant, mayStart))
      .filter((item) => item !== undefined)
      .filter((item) => nowMs - item.arrivedAtMs > this.#ageBoundMs);
    return heads.sort((a, b) => a.arrivedAtMs - b.arrivedAtMs)[0];
  }

  /** The first of the lane that is owed most, by weight. */
  #neediestItem(open: readonly Lane[], mayStart: (item: Waiting) => boolean): Waiting | undefined {
    const byNeed = open.toSorted(
      (a, b) => this.#laneOf(a).served - this.#laneOf(b).served || laneWeights[b] - laneWeights[a],
    );
    for (const lane of byNeed) {
      const item = this.#firstOf(this.#laneOf(lane), mayStart);
      if (item !== undefined) return item;
    }
    return undefined;
  }

  #firstOf(lane: LaneQueue, mayStart: (item: Waiting) => boolean): Waiting | undefined {
    const byNeed = [...lane.tenants.values()]
      .filter((t) => t.items.length > 0)
      .sort((a, b) => a.served - b.served);
    for (const tenant of byNeed) {
      const item = this.#eligible(tenant, mayStart);
      if (item !== undefined) return item;
    }
    return undefined;
  }

  #eligible(tenant: TenantQueue, mayStart: (item: Waiting) => boolean): Waiting | undefined {
    if (tenant.working >= this.#slotsPerTenant) return undefined;
    const [first] = tenant.items;
    const isHeld = first !== undefined && this.#isHeld(first.tenantId);
    if (isHeld) tenant.wasHeld = true;
    return tenant.items.find(
      (item) => !(isHeld && item.isPaced === true) && !this.#busyRuns.has(item.runId) && mayStart(item),
    );
  }

  #start(item: Waiting): Waiting {
    const lane = this.#laneOf(item.lane);
    const tenant = lane.tenants.get(item.tenantId);
    if (tenant === undefined) throw new Error(`no tenant queue for ${item.id}`);
    this.#level = Math.max(this.#level, leastOf(this.#lanesThatWait()));
    if (tenant.wasHeld) tenant.served = Math.max(tenant.served, lane.level);
    tenant.wasHeld = false;
    lane.level = Math.max(
      lane.level,
      leastOf([...lane.tenants.values()].filter((each) => isWaiting(each) && !each.wasHeld)),
    );
    tenant.items.splice(tenant.items.indexOf(item), 1);
    tenant.working += 1;
    lane.working += 1;
    const charged = this.#guessSeconds;
    tenant.served += charged;
    lane.served += charged / laneWeights[item.lane];
    this.#busyRuns.add(item.runId);
    this.#working.set(item.id, { item, charged });
    return item;
  }

  #lanesThatWait(): readonly LaneQueue[] {
    return lanes
      .filter((name) => !this.#paused.has(name))
      .map((name) => this.#laneOf(name))
      .filter(hasWaitingTenant);
  }

  #forgetIdleTenants(lane: LaneQueue): void {
    if (lane.tenants.size < 1000) return;
    for (const [name, tenant] of lane.tenants)
      if (tenant.items.length === 0 && tenant.working === 0) lane.tenants.delete(name);
  }
}

function isWaiting(tenant: TenantQueue): boolean {
  return tenant.items.length > 0;
}

function hasWaitingTenant(lane: LaneQueue): boolean {
  return [...lane.tenants.values()].some(isWaiting);
}

function leastOf(queues: readonly { readonly served: number }[]): number {
  return Math.min(...queues.map(({ served }) => served));
}
