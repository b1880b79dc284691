import { hostname } from 'node:os';
import {
  degradationMatrix,
  severityOf,
  judgeFleet,
  type DegradationLevel,
  type DegradationMatrix,
  type FleetHealth,
  type FleetLevel,
  type RecordCodec,
} from '@docfleet/contracts';
import { type Clock } from '@docfleet/domain';
import { breakerStates, type BreakerOrder, type SettableBreaker } from '@docfleet/resilience';
import type { RecordLog } from '@docfleet/record-log';
import type { Log, Metrics } from '@docfleet/telemetry';
import { breakerOrderOf, fleetKeys } from './fleet-orders.ts';
import { followLatest } from './follow-latest.ts';
import { LevelView, type LevelNow } from './level-view.ts';
import { reportHealth, type HealthReporter } from './report-health.ts';

/** The level that a process works at. */
export interface FleetLevelSource {
  level(): DegradationLevel;
  /** Calls `listener` with each new level; the returned function ends that. */
  onLevel(listener: (level: DegradationLevel) => void): () => void;
}

/** A process as part of the fleet: it says how it is, and goes by the fleet's level. */
export interface FleetMember extends FleetLevelSource {
  /** Why the level is what it is. */
  standing(): LevelNow;
  /** The worst level within the last `ms`. */
  worstWithin(ms: number): DegradationLevel;
  /** Shows a breaker in the metrics, reports it to the fleet, and lets operators set it. */
  watch(breaker: SettableBreaker): void;
  /** Reports a measure by the decision matrix's name; undefined: nothing to report now. */
  measure(name: string, read: () => number | undefined): void;
  /** Resolves when the fleet's level and the orders that stand are known; goes on until `signal` aborts. */
  join(signal: AbortSignal): Promise<void>;
}

export interface FleetMemberOptions {
  readonly service: string;
  /** Unlike every other process: service, host and process id. */
  readonly process: string;
  readonly recordLog: Pick<RecordLog, 'follow' | 'produce'>;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'breakerState' | 'gauge'>;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
  readonly matrix?: DegradationMatrix;
  /** 0 to 1; spreads reports. */
  readonly random?: () => number;
}

/** Names this process as no other one is named: service, host and process id. */
export function processName(service: string): string {
  return `${service}-${hostname()}-${process.pid}`;
}

/** How often a process looks whether it still hears the fleet, in milliseconds. */
const lookEveryMs = 5000;

/** Makes a process part of the fleet; nothing is sent or read before `join`. */
export function fleetMember(options: FleetMemberOptions): FleetMember {
  return new Member(options);
}

class Member implements FleetMember {
  readonly #options: FleetMemberOptions;
  readonly #matrix: DegradationMatrix;
  readonly #view: LevelView;
  readonly #breakers: SettableBreaker[] = [];
  readonly #orders = new Map<string, BreakerOrder | undefined>();
  readonly #measures = new Map<string, () => number | undefined>();
  readonly #listeners = new Set<(level: DegradationLevel) => void>();
  readonly #levelGauge: ReturnType<Metrics['gauge']>;
  readonly #setGauge: ReturnType<typeof byHandGauge>;
  #reporter: HealthReporter | undefined;

  constructor(options: FleetMemberOptions) {
    this.#options = options;
    this.#matrix = options.matrix ?? degradationMatrix;
    this.#view = new LevelView(this.#matrix.timing);
    this.#levelGauge = options.metrics.gauge(
      'docfleet_degradation_level',
      'Level this process works at, 0 to 4.',
    );
    this.#levelGauge.set({}, 0);
    this.#setGauge = byHandGauge(options.metrics);
  }

  level(): DegradationLevel {
    return this.#view.now.level;
  }

  standing(): LevelNow {
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
    this.#show(breaker);
    breaker.onChange((state) => {
      this.#show(breaker);
      if (state === 'open') log.warn('a breaker has opened', { breaker: breaker.name });
      else log.info('a breaker has changed', { breaker: breaker.name, state });
      this.#reporter?.changed();
      this.#judge();
    });
    this.#obey(breaker);
  }

  measure(name: string, read: () => number | undefined): void {
    this.#measures.set(name, read);
  }

  async join(signal: AbortSignal): Promise<void> {
    const { recordLog, codec, clock, log, random = Math.random } = this.#options;
    this.#reporter = reportHealth({
      recordLog,
      codec,
      clock,
      random,
      everyMs: this.#matrix.timing.reportEveryMs,
      signal,
      report: () => this.#report(),
      onFailure: (error) => {
        log.warn('the fleet could not be told how this process is', { reason: String(error) });
      },
    });
    this.#look(signal);
    await followLatest({
      recordLog,
      codec,
      topic: 'fleet.level',
      clock,
      signal,
      onValue: ({ key, value, heardAt }) => {
        this.#heard(key, value, heardAt);
      },
      onUndecodable: (error) => {
        log.error('what the fleet says of its level cannot be decoded', error);
      },
    });
  }

  #heard(key: string, value: FleetLevel, heardAt: number): void {
    if (key === fleetKeys.level) this.#view.heardFleet(value, heardAt);
    else if (key === fleetKeys.order) this.#view.heardOrder(value);
    else if (key.startsWith(fleetKeys.breaker)) {
      const name = key.slice(fleetKeys.breaker.length);
      this.#orders.set(name, breakerOrderOf(value));
      for (const breaker of this.#breakers.filter((own) => own.name === name)) this.#obey(breaker);
    }
    this.#judge();
  }

  /** Sets or releases a breaker, if anybody has ever said something about it. */
  #obey(breaker: SettableBreaker): void {
    if (!this.#orders.has(breaker.name)) return;
    const order = this.#orders.get(breaker.name);
    if (order === undefined) breaker.release();
    else breaker.set(order);
    this.#show(breaker);
    const { log } = this.#options;
    if (order === undefined) log.warn('a breaker goes by its calls again', { breaker: breaker.name });
    else log.warn('a breaker is set by hand', { breaker: breaker.name, ...order });
  }

  #show(breaker: SettableBreaker): void {
    for (const position of breakerStates) {
      const is = position === breaker.state ? 1 : 0;
      this.#options.metrics.breakerState.set({ breaker: breaker.name, position }, is);
    }
    this.#setGauge.set({ breaker: breaker.name }, breaker.order === undefined ? 0 : 1);
  }

  /** Now and then, because silence is nothing that could be heard. */
  #look(signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#judge();
    const cancel = this.#options.clock.after(lookEveryMs, () => {
      signal.removeEventListener('abort', cancel);
      this.#look(signal);
    });
    signal.addEventListener('abort', cancel, { once: true });
  }

  #judge(): void {
    const changed = this.#view.judge(
      judgeFleet([this.#report()], this.#matrix.rules),
      this.#options.clock.now(),
    );
    if (!changed) return;
    const { level, reasons, source } = this.#view.now;
    this.#levelGauge.set({}, severityOf(level));
    this.#options.log.warn('the level has changed', { level, source, reasons: reasons.join(', ') });
    for (const listener of [...this.#listeners]) listener(level);
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
    };
  }
}

function byHandGauge(metrics: Pick<Metrics, 'gauge'>) {
  return metrics.gauge('docfleet_breaker_set_by_hand', '1 while an operator has set the breaker.', [
    'breaker',
  ]);
}
