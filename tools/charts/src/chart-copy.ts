import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubernetesVersion } from './tools.ts';

/** The charts in a folder of their own, with the dependency of the main one in its place. */
export interface ChartCopy {
  readonly folder: string;
  /** `charts/docfleet`, also the presets and the values of `ci`. */
  readonly main: string;
  readonly keda: string;
  /** Runs Helm, with settings of its own; gives its exit code and what it printed. */
  helm(...parts: readonly string[]): HelmResult;
  remove(): void;
}

export interface HelmResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Copies both charts and brings the dependency in. @throws Error when Helm refuses */
export function chartCopy(root: string, helmProgram: string): ChartCopy {
  const folder = mkdtempSync(join(tmpdir(), 'docfleet-charts-'));
  const main = join(folder, 'charts/docfleet');
  const keda = join(folder, 'keda');
  cpSync(join(root, 'charts/docfleet'), main, { recursive: true });
  cpSync(join(root, 'keda'), keda, { recursive: true });
  // Helm's own settings and caches stay in the folder as well.
  const settings = [
    ...['--repository-config', join(folder, 'helm/repositories.yaml')],
    ...['--repository-cache', join(folder, 'helm/cache')],
    ...['--registry-config', join(folder, 'helm/registry.json')],
  ];
  const helm = (...parts: readonly string[]): HelmResult =>
    spawnSync(helmProgram, [...parts, ...settings], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
  const built = helm('dependency', 'update', main);
  if (built.status !== 0) throw new Error(`helm dependency update: ${built.stderr}`);
  return {
    folder,
    main,
    keda,
    helm,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Renders the main chart with files of values, named from its folder, and with single values. */
export function renderChart(
  copy: ChartCopy,
  files: readonly string[],
  set: readonly string[] = [],
): HelmResult {
  return copy.helm(
    'template',
    'docfleet',
    copy.main,
    '--namespace',
    'production',
    '--kube-version',
    kubernetesVersion,
    ...files.flatMap((file) => ['--values', join(copy.main, file)]),
    ...set.flatMap((each) => ['--set-json', each]),
  );
}
