import { hostname } from 'node:os';
import {
  degradationMatrix,
  judgeFleet,
  severityOf,
  type DegradationLevel,
  type DegradationMatrix,
  type FleetHealth,
  type FleetLevel,
  type RecordCodec,
} from '@docfleet/contracts';
import { type Clock } from '@docfleet/domain';
import { breakerStates, type BreakerOrder, type SettableBreaker } from '@docfleet/resilience';
import type { LogRecord, RecordLog } from '@docfleet/record-log';
import type { Log, Metrics } from '@docfleet/telemetry';
import { breakerOrderOf, fleetKeys } from './fleet-orders.ts';
import { followLatest } from './follow-latest.ts';
import { LevelView, type CurrentLevel } from './level-view.ts';
import { reportHealth, type HealthReporter } from './report-health.ts';

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
  readonly metrics: Pick<Metrics, 'breakerState' | 'gauge'>;
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
  readonly #orders = new Map<string, BreakerOrder | undefined>();
  readonly #measures = new Map<string, () => number | undefined>();
  readonly #listeners = new Set<(level: DegradationLevel) => void>();
  readonly #levelGauge: ReturnType<Metrics['gauge']>;
  readonly #operatorSetGauge: ReturnType<typeof createOperatorSetGauge>;
  #reporter: HealthReporter | undefined;

  constructor(options: FleetMemberOptions) {
    this.#options = options;
    this.#matrix = options.matrix ?? degradationMatrix;
    this.#view = new LevelView(this.#matrix.timing);
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
        log.warn('fleet.health report could not be written', { reason: String(error) });
      },
    });
    this.#judgePeriodically(signal);
    await followLatest({
      recordLog,
      codec,
      topic: 'fleet.level',
      clock,
      signal,
      onValue: ({ key, value, receivedAt }) => {
        this.#applyRecord(key, value, receivedAt);
      },
      onUndecodable: (error, record) => {
        log.error('fleet.level record could not be decoded', error, positionOf(record));
      },
    });
  }

  #applyRecord(key: string, value: FleetLevel, receivedAt: number): void {
    if (key === fleetKeys.level) this.#view.setFleetLevel(value, receivedAt);
    else if (key === fleetKeys.order) this.#view.setOrder(value);
    else if (key.startsWith(fleetKeys.breaker)) {
      const name = key.slice(fleetKeys.breaker.length);
      this.#orders.set(name, breakerOrderOf(value));
      for (const breaker of this.#breakers.filter((own) => own.name === name)) this.#applyOrder(breaker);
    }
    this.#judge();
  }

  /** Sets or releases a breaker, if there was an order about it. */
  #applyOrder(breaker: SettableBreaker): void {
    if (!this.#orders.has(breaker.name)) return;
    const order = this.#orders.get(breaker.name);
    if (order === undefined) breaker.release();
    else breaker.set(order);
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
    const changed = this.#view.judge(
      judgeFleet([this.#report()], this.#matrix.rules),
      this.#options.clock.now(),
    );
    if (!changed) return;
    const { level, reasons, source } = this.#view.now;
    this.#levelGauge.set({}, severityOf(level));
    this.#options.log.warn('Degradation level changed', { level, source, reasons: reasons.join(', ') });
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

function createOperatorSetGauge(metrics: Pick<Metrics, 'gauge'>) {
  return metrics.gauge('docfleet_breaker_set_by_hand', '1 while the breaker is set by an operator.', [
    'breaker',
  ]);
}

function positionOf({ topic, partition, offset }: LogRecord) {
  return { topic, partition, offset: String(offset) };
}
