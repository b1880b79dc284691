import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommandLine, type Environment } from '@docfleet/stack';

export interface HelmOptions {
  readonly program: string;
  readonly kubeconfig: string;
  /** Root of the repository. */
  readonly root: string;
  /** Of the copies of the charts, and of Helm's settings; emptied first. */
  readonly folder: string;
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/** Calls Helm for one cluster, with copies of the charts of this repository. */
export class Helm {
  /** The main chart, with the one that scales in its place. */
  readonly chart: string;
  readonly #options: HelmOptions;

  private constructor(options: HelmOptions) {
    this.#options = options;
    this.chart = join(options.folder, 'charts/docfleet');
  }

  static async open(options: HelmOptions): Promise<Helm> {
    const { root, folder } = options;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const helm = new Helm(options);
    cpSync(join(root, 'charts/docfleet'), helm.chart, { recursive: true });
    cpSync(join(root, 'keda'), join(folder, 'keda'), { recursive: true });
    await helm.run(['dependency', 'update', helm.chart]);
    return helm;
  }

  /** Gives what it printed. @throws CommandFailed */
  run(parts: readonly string[]): Promise<string> {
    const { program, kubeconfig, folder, environment, signal } = this.#options;
    const settings = join(folder, 'settings');
    return runCommandLine(
      {
        file: program,
        arguments: parts,
        folder,
        environment: {
          ...environment,
          KUBECONFIG: kubeconfig,
          HELM_CACHE_HOME: settings,
          HELM_CONFIG_HOME: settings,
          HELM_DATA_HOME: settings,
        },
      },
      signal,
    );
  }
}
