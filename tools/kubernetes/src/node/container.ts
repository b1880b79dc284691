import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import type { V1Container, V1LifecycleHandler } from '@kubernetes/client-node';
import { ContainerProcess, type ProcessCommand } from './container-process.ts';
import type { ContainerFacts, ContainerState } from './pod-status.ts';
import { restartPauseMs } from './probe.ts';
import { runProbe, unsupportedProbe, urlOf, type ProbeTarget } from './run-probe.ts';

/** A life of this length forgets the restarts before, in milliseconds, as kubelets do. */
const healthyMs = 600_000;

export interface ContainerOptions {
  readonly spec: V1Container;
  readonly command: ProcessCommand;
  /** Port of this machine by port of the container. */
  readonly ports: ReadonlyMap<number, number>;
  /** Whether it is started again after an end with this code. */
  readonly restarts: (exitCode: number) => boolean;
  /** Time that a process has to end after a failed liveness probe, in milliseconds. */
  readonly graceMs: number;
  readonly onChange: () => void;
}

/** A container of a pod: its process, started again when it ends, and its probes. */
export class Container implements ProbeTarget {
  readonly #options: ContainerOptions;
  readonly #stopping = new AbortController();
  #state: ContainerState = { kind: 'waiting', reason: 'ContainerCreating' };
  #lastState: ContainerState | undefined;
  #process: ContainerProcess | undefined;
  #restartCount = 0;
  #started = false;
  #ready = false;

  constructor(options: ContainerOptions) {
    this.#options = options;
  }

  facts(): ContainerFacts {
    const { name, image = '' } = this.#options.spec;
    return {
      name,
      image,
      state: this.#state,
      lastState: this.#lastState,
      restartCount: this.#restartCount,
      started: this.#started,
      ready: this.#ready,
    };
  }

  get process(): ContainerProcess | undefined {
    return this.#process;
  }

  /** Runs it until it has ended for good. */
  async run(): Promise<void> {
    const unsupported = this.#unsupported();
    if (unsupported !== undefined) {
      this.#become({ kind: 'waiting', reason: 'CreateContainerError', message: unsupported });
      return;
    }
    let quick = 0;
    while (!this.#isStopping()) {
      const exitCode = await this.#live();
      if (this.#isStopping() || !this.#options.restarts(exitCode)) return;
      const { state } = this.facts();
      const isHealthy =
        state.kind === 'terminated' && state.finishedAt.getTime() - state.startedAt.getTime() >= healthyMs;
      const waitMs = restartPauseMs(isHealthy ? 0 : quick);
      quick = isHealthy ? 1 : quick + 1;
      if (waitMs > 0) await this.#pauseBeforeRestart(waitMs);
      this.#restartCount += 1;
    }
  }

  /** Runs the hook, asks the process to end, and ends it when the grace is over. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    const until = performance.now() + graceMs;
    this.#ready = false;
    const process = this.#process;
    if (process === undefined) return;
    const hook = this.#options.spec.lifecycle?.preStop;
    if (hook !== undefined) await this.#runHook(hook, graceMs);
    await process.stop(Math.max(0, until - performance.now()));
  }

  kill(): void {
    this.#stopping.abort();
    this.#process?.kill();
  }

  portOf(port: string | number): number {
    const { spec, ports } = this.#options;
    const named = (spec.ports ?? []).find(({ name }) => name === port)?.containerPort;
    const own = named ?? Number(port);
    return ports.get(own) ?? own;
  }

  exec([file = '', ...parts]: readonly string[], signal: AbortSignal): Promise<boolean> {
    const { folder, environment } = this.#options.command;
    return new Promise((resolve) => {
      const child = spawn(file, parts, { cwd: folder, env: environment, stdio: 'ignore', signal });
      child.once('error', () => {
        resolve(false);
      });
      child.once('exit', (code) => {
        resolve(code === 0);
      });
    });
  }

  /** One life of the process; gives its exit code. */
  async #live(): Promise<number> {
    const process = (this.#process = new ContainerProcess(this.#options.command));
    const { startedAt } = process;
    const { startupProbe, readinessProbe } = this.#options.spec;
    this.#started = startupProbe === undefined;
    this.#ready = this.#started && readinessProbe === undefined;
    this.#become({ kind: 'running', startedAt });
    const probing = new AbortController();
    this.#probe(process, probing.signal);
    const { exitCode, problem } = await process.ended;
    probing.abort();
    this.#process = undefined;
    this.#started = false;
    this.#ready = false;
    const reason = problem ?? (exitCode === 0 ? 'Completed' : 'Error');
    this.#become({ kind: 'terminated', exitCode, reason, startedAt, finishedAt: new Date() });
    return exitCode;
  }

  #probe(process: ContainerProcess, signal: AbortSignal): void {
    const { startupProbe, readinessProbe, livenessProbe } = this.#options.spec;
    const kill = (probe: { terminationGracePeriodSeconds?: number }): void => {
      const seconds = probe.terminationGracePeriodSeconds;
      void process.stop(seconds === undefined ? this.#options.graceMs : seconds * 1000);
    };
    const afterStart = (): void => {
      this.#started = true;
      this.#setReady(readinessProbe === undefined);
      if (readinessProbe !== undefined)
        void runProbe(readinessProbe, this, {
          signal,
          onVerdict: (verdict) => {
            this.#setReady(verdict === 'passing');
          },
        });
      if (livenessProbe !== undefined)
        void runProbe(livenessProbe, this, {
          signal,
          onVerdict: (verdict) => {
            if (verdict === 'failing') kill(livenessProbe);
          },
        });
    };
    if (startupProbe === undefined) {
      afterStart();
      return;
    }
    const starting = new AbortController();
    void runProbe(startupProbe, this, {
      signal: AbortSignal.any([signal, starting.signal]),
      onVerdict: (verdict) => {
        starting.abort();
        if (verdict === 'passing') afterStart();
        else kill(startupProbe);
      },
    });
  }

  async #runHook({ exec, httpGet, sleep }: V1LifecycleHandler, graceMs: number): Promise<void> {
    const signal = AbortSignal.timeout(graceMs);
    if (exec !== undefined) await this.exec(exec.command ?? [], signal);
    if (httpGet !== undefined) await fetch(urlOf(httpGet, this), { signal }).catch(() => undefined);
    if (sleep !== undefined) await pause(Math.min(sleep.seconds * 1000, graceMs));
  }

  async #pauseBeforeRestart(waitMs: number): Promise<void> {
    this.#become({
      kind: 'waiting',
      reason: 'CrashLoopBackOff',
      message: `restarted in ${waitMs / 1000} s`,
    });
    await pause(waitMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  #unsupported(): string | undefined {
    const { startupProbe, readinessProbe, livenessProbe } = this.#options.spec;
    const probes = [startupProbe, readinessProbe, livenessProbe].filter((each) => each !== undefined);
    return probes.map(unsupportedProbe).find((each) => each !== undefined);
  }

  #setReady(isReady: boolean): void {
    this.#ready = isReady && !this.#isStopping();
    this.#options.onChange();
  }

  #become(state: ContainerState): void {
    if (this.#state.kind === 'terminated') this.#lastState = this.#state;
    this.#state = state;
    this.#options.onChange();
  }
}
