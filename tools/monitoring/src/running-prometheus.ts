import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { readRules } from './rules.ts';

/** An alert that is pending or firing. */
export interface ActiveAlert {
  readonly state: 'pending' | 'firing';
  readonly labels: Readonly<Record<string, string>>;
}

/** One value of an instant query. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A Prometheus that scrapes every two seconds, and evaluates rules every second. */
export interface RunningPrometheus {
  readonly url: string;
  /** @throws Error with what Prometheus says about a wrong expression */
  query(expr: string): Promise<readonly Sample[]>;
  alerts(): Promise<readonly ActiveAlert[]>;
  /** What Prometheus last found wrong, by the name of the rule; empty when all are evaluated. */
  unhealthyRules(): Promise<Readonly<Record<string, string>>>;
  /** Number of rules that are loaded. */
  ruleCount(): Promise<number>;
  /** Trace ids of the exemplars of a query. */
  exemplars(expr: string): Promise<readonly string[]>;
  stop(): Promise<void>;
}

interface Options {
  /** The program. */
  readonly prometheus: string;
  /** Empty; takes configuration and data. */
  readonly folder: string;
  readonly port: number;
  /** `host:port` of what is scraped. */
  readonly targets: readonly string[];
  /** Folder of rule files: copies of them are evaluated, in which alerts wait for a second. */
  readonly rules: string;
}

/** Starts Prometheus on the loopback, and waits until it answers. */
export async function startPrometheus(options: Options): Promise<RunningPrometheus> {
  const { prometheus, folder, port } = options;
  const config = writeConfiguration(options);
  const child = spawn(
    prometheus,
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${String(port)}`,
      '--enable-feature=exemplar-storage',
      '--log.level=warn',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const url = `http://127.0.0.1:${String(port)}`;
  await untilReady(child, url, () => complaints);
  return {
    url,
    query: async (expr) => {
      const { result } = await ask<{ readonly result: readonly Vector[] | Scalar }>(
        `${url}/api/v1/query?query=${encodeURIComponent(expr)}`,
      );
      return samplesOf(result);
    },
    alerts: async () =>
      (await ask<{ readonly alerts: readonly ActiveAlert[] }>(`${url}/api/v1/alerts`)).alerts,
    unhealthyRules: async () =>
      Object.fromEntries(
        (await rulesOf(url))
          .filter(({ health }) => health !== 'ok')
          .map(({ name, health, lastError }) => [name, lastError ?? health]),
      ),
    ruleCount: async () => (await rulesOf(url)).length,
    exemplars: async (expr) => {
      const now = Date.now() / 1000;
      const range = `start=${String(now - 3600)}&end=${String(now + 60)}`;
      const series = await ask<
        readonly { readonly exemplars: readonly { readonly labels: { readonly trace_id: string } }[] }[]
      >(`${url}/api/v1/query_exemplars?query=${encodeURIComponent(expr)}&${range}`);
      return series.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels.trace_id));
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

function writeConfiguration({ folder, targets, rules }: Options): string {
  const copies = join(folder, 'rules');
  mkdirSync(copies, { recursive: true });
  for (const file of readRules(rules).files)
    writeFileSync(join(copies, file), withoutWaiting(readFileSync(join(rules, file), 'utf8')));
  const config = join(folder, 'prometheus.yml');
  writeFileSync(
    config,
    stringify({
      global: { scrape_interval: '2s', scrape_timeout: '2s', evaluation_interval: '1s' },
      rule_files: [join(copies, '*.yaml')],
      scrape_configs: [{ job_name: 'docfleet', static_configs: [{ targets }] }],
    }),
  );
  return config;
}

/** The rules, with alerts that wait for a second, and every group evaluated at the interval of all. */
export function withoutWaiting(rules: string): string {
  return rules.replaceAll(/^(\s+)for: .+$/gm, '$1for: 1s').replaceAll(/^\s+interval: .+\n/gm, '');
}

async function untilReady(child: ChildProcess, url: string, complaints: () => string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null)
      throw new Error(`Prometheus ended with ${String(child.exitCode)}: ${complaints()}`);
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (answer?.ok === true) return;
    await sleep(100);
  }
}

type Value = readonly [number, string];

type Scalar = Value;

interface Vector {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: Value;
}

function samplesOf(result: readonly Vector[] | Scalar): readonly Sample[] {
  return result.flatMap((each) =>
    typeof each === 'object' ? [{ labels: each.metric, value: Number(each.value[1]) }] : [],
  );
}

interface EvaluatedRule {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
}

async function rulesOf(url: string): Promise<readonly EvaluatedRule[]> {
  const { groups } = await ask<{ readonly groups: readonly { readonly rules: readonly EvaluatedRule[] }[] }>(
    `${url}/api/v1/rules`,
  );
  return groups.flatMap(({ rules }) => rules);
}

async function ask<T>(url: string): Promise<T> {
  const answer = (await (await fetch(url)).json()) as {
    readonly status: string;
    readonly error?: string;
    readonly data: T;
  };
  if (answer.status !== 'success') throw new Error(answer.error ?? answer.status);
  return answer.data;
}
