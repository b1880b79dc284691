import { hostname } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import {
  degradationMatrix,
  judgeFleet,
  severityOf,
  type DegradationLevel,
  type DegradationMatrix,
  type FleetHealth,
  type FleetLevel,
  type ModelVersion,
  type RecordCodec,
} from '@docfleet/contracts';
import { type Clock } from '@docfleet/domain';
import { breakerStates, type SettableBreaker } from '@docfleet/resilience';
import { followValues, type RecordLog } from '@docfleet/record-log';
import { followReport, type Log, type Metrics } from '@docfleet/telemetry';
import { fleetKeys } from './fleet-orders.ts';
import { LevelView, type CurrentLevel } from './level-view.ts';
import { reportHealth, type HealthReporter } from './report-health.ts';
import { StandingOrders, type ProcessOrders } from './standing-orders.ts';

/** The degradation level of a process. */
export interface FleetLevelSource {
  level(): DegradationLevel;
  /** Calls `listener` with each new level; the returned function ends that. */
  onLevel(listener: (level: DegradationLevel) => void): () => void;
}

/** A process as a member of the fleet: it reports its health and follows the fleet's level. */
export interface FleetMember extends FleetLevelSource {
  /** The level, with its source and reasons. */
  currentLevel(): CurrentLevel;
  /** The worst level within the last `ms`. */
  worstWithin(ms: number): DegradationLevel;
  /** Exports a breaker as a metric, reports it to the fleet, and applies orders of operators to it. */
  watch(breaker: SettableBreaker): void;
  /** Reports a measure under its name in the decision matrix; undefined leaves it out of the report. */
  measure(name: string, read: () => number | undefined): void;
  /** Reports the model versions of this process. */
  reportModels(read: () => readonly ModelVersion[]): void;
  /** What operators have ordered of this process. */
  orders(): ProcessOrders;
  /** Calls `listener` when that changes; the returned function ends that. */
  onOrders(listener: () => void): () => void;
  /** Resolves when the fleet's level and the current orders are known; runs until `signal` aborts. */
  join(signal: AbortSignal): Promise<void>;
}

export interface FleetMemberOptions {
  readonly service: string;
  /** Unique name of the process: service, host and process id. */
  readonly process: string;
  readonly recordLog: Pick<RecordLog, 'follow' | 'produce'>;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'breakerState' | 'gauge' | 'unusableRecords'>;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
  readonly matrix?: DegradationMatrix;
  /** Random number from 0 to 1 for the jitter of reports; default `Math.random`. */
  readonly random?: () => number;
}

/** Unique name of this process: service, host and process id. */
export function processName(service: string): string {
  return `${service}-${hostname()}-${process.pid}`;
}

/** Interval of the check for silence of the fleet, in milliseconds. */
const judgeEveryMs = 5000;

/** Creates a member of the fleet; nothing is sent or read before `join`. */
export function fleetMember(options: FleetMemberOptions): FleetMember {
  return new Member(options);
}

class Member implements FleetMember {
  readonly #options: FleetMemberOptions;
  readonly #matrix: DegradationMatrix;
  readonly #view: LevelView;
  readonly #breakers: SettableBreaker[] = [];
  /** Breakers that an order has set. */
  readonly #ordered = new Set<SettableBreaker>();
  readonly #standing: StandingOrders;
  readonly #measures = new Map<string, () => number | undefined>();
  readonly #listeners = new Set<(level: DegradationLevel) => void>();
  readonly #orderListeners = new Set<() => void>();
  #orders: ProcessOrders;
  #models: () => readonly ModelVersion[] = () => [];
  readonly #levelGauge: ReturnType<Metrics['gauge']>;
  readonly #operatorSetGauge: ReturnType<typeof createOperatorSetGauge>;
  #reporter: HealthReporter | undefined;

  constructor(options: FleetMemberOptions) {
    this.#options = options;
    this.#matrix = options.matrix ?? degradationMatrix;
    this.#view = new LevelView(this.#matrix.timing);
    this.#standing = new StandingOrders(options);
    this.#orders = this.#standing.ofProcess(options.clock.now());
    this.#levelGauge = options.metrics.gauge(
      'docfleet_degradation_level',
      'Degradation level of this process, 0 to 4.',
    );
    this.#levelGauge.set({}, 0);
    this.#operatorSetGauge = createOperatorSetGauge(options.metrics);
  }

  level(): DegradationLevel {
    return this.#view.now.level;
  }

  currentLevel(): CurrentLevel {
    return this.#view.now;
  }

  worstWithin(ms: number): DegradationLevel {
    return this.#view.worstSince(this.#options.clock.now() - ms);
  }

  onLevel(listener: (level: DegradationLevel) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  watch(breaker: SettableBreaker): void {
    const { log } = this.#options;
    this.#breakers.push(breaker);
    this.#exportState(breaker);
    breaker.onChange((state) => {
      this.#exportState(breaker);
      if (state === 'open') log.warn('Breaker opened', { breaker: breaker.name });
      else log.info('Breaker state changed', { breaker: breaker.name, state });
      this.#reporter?.changed();
      this.#judge();
    });
    this.#applyOrder(breaker);
  }

  measure(name: string, read: () => number | undefined): void {
    this.#measures.set(name, read);
  }

  reportModels(read: () => readonly ModelVersion[]): void {
    this.#models = read;
  }

  orders(): ProcessOrders {
    return this.#orders;
  }

  onOrders(listener: () => void): () => void {
    this.#orderListeners.add(listener);
    return () => this.#orderListeners.delete(listener);
  }

  async join(signal: AbortSignal): Promise<void> {
    const { recordLog, codec, clock, log, metrics, random = Math.random } = this.#options;
    this.#reporter = reportHealth({
      recordLog,
      codec,
      clock,
      random,
      everyMs: this.#matrix.timing.reportEveryMs,
      signal,
      report: () => this.#report(),
      onFailure: (error) => {
        log.warn('fleet.health report could not be written', { reason: String(error) });
      },
    });
    this.#judgePeriodically(signal);
    await followValues({
      recordLog,
      topic: 'fleet.level',
      counts: 'latest-of-key',
      decode: (bytes) => codec.decode('fleet.level', bytes),
      clock,
      signal,
      onValue: ({ key, value, receivedAt }) => {
        this.#applyRecord(key, value, receivedAt);
      },
      report: followReport({ log, metrics }),
    });
  }

  #applyRecord(key: string, value: FleetLevel, receivedAt: number): void {
    if (key === fleetKeys.level) this.#view.setFleetLevel(value, receivedAt);
    else if (key === fleetKeys.order) this.#view.setOrder(value);
    this.#standing.receive(key, value);
    if (key.startsWith(fleetKeys.breaker)) this.#applyBreakerOrders(key.slice(fleetKeys.breaker.length));
    this.#judge();
  }

  /** Applies what was ordered of the breakers of a name, and ends orders whose time is over. */
  #applyBreakerOrders(name: string | undefined): void {
    for (const breaker of this.#breakers) {
      const isOver = this.#ordered.has(breaker) && this.#breakerOrder(breaker.name) === undefined;
      if (breaker.name === name || isOver) this.#applyOrder(breaker);
    }
  }

  #breakerOrder(name: string): ReturnType<StandingOrders['breakerOrder']> {
    return this.#standing.breakerOrder(name, this.#options.clock.now());
  }

  /** Sets or releases a breaker, if there was an order about it. */
  #applyOrder(breaker: SettableBreaker): void {
    if (!this.#standing.knowsBreaker(breaker.name)) return;
    const order = this.#breakerOrder(breaker.name);
    if (order === undefined) {
      this.#ordered.delete(breaker);
      breaker.release();
    } else {
      this.#ordered.add(breaker);
      breaker.set(order);
    }
    this.#exportState(breaker);
    const { log } = this.#options;
    if (order === undefined) log.warn('Breaker released by an operator', { breaker: breaker.name });
    else log.warn('Breaker set by an operator', { breaker: breaker.name, ...order });
  }

  #exportState(breaker: SettableBreaker): void {
    for (const position of breakerStates) {
      const is = position === breaker.state ? 1 : 0;
      this.#options.metrics.breakerState.set({ breaker: breaker.name, position }, is);
    }
    this.#operatorSetGauge.set({ breaker: breaker.name }, breaker.order === undefined ? 0 : 1);
  }

  /** Judges periodically: silence of the fleet causes no record that would trigger it. */
  #judgePeriodically(signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#judge();
    const cancel = this.#options.clock.after(judgeEveryMs, () => {
      signal.removeEventListener('abort', cancel);
      this.#judgePeriodically(signal);
    });
    signal.addEventListener('abort', cancel, { once: true });
  }

  #judge(): void {
    this.#applyBreakerOrders(undefined);
    this.#updateOrders();
    const changed = this.#view.judge(
      judgeFleet([this.#report()], this.#matrix.rules),
      this.#options.clock.now(),
    );
    if (!changed) return;
    const { level, reasons, source } = this.#view.now;
    this.#levelGauge.set({}, severityOf(level));
    this.#options.log.warn('Degradation level changed', {
      fleetLevel: level,
      source,
      reasons: reasons.join(', '),
    });
    for (const listener of [...this.#listeners]) listener(level);
  }

  /** Looks again at what is ordered of this process: an order may have come, or its time may be over. */
  #updateOrders(): void {
    const { clock, log } = this.#options;
    const next = this.#standing.ofProcess(clock.now());
    if (isDeepStrictEqual(next, this.#orders)) return;
    this.#orders = next;
    log.warn('What operators order of this process has changed', {
      pausedLanes: [...next.pausedLanes].join(', '),
      isDrained: next.isDrained,
      models: next.models ?? undefined,
    });
    for (const listener of [...this.#orderListeners]) listener();
  }

  #report(): FleetHealth {
    const { process, service, clock } = this.#options;
    const measures: Record<string, number> = {};
    for (const [name, read] of this.#measures) {
      const value = read();
      if (value !== undefined) measures[name] = value;
    }
    return {
      process,
      service,
      at: clock.now(),
      breakers: this.#breakers.map(({ name, state }) => ({ name, state })),
      measures,
      models: [...this.#models()],
    };
  }
}

function createOperatorSetGauge(metrics: Pick<Metrics, 'gauge'>) {
  return metrics.gauge('docfleet_breaker_set_by_hand', '1 while the breaker is set by an operator.', [
    'breaker',
  ]);
}
