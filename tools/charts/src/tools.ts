import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '@docfleet/stack';
import { buildGo } from './go/go.ts';
import { inFolderOnce } from './go/once.ts';
import { writeWrapperModule } from './go/wrapper-module.ts';

/** Version of Kubernetes that the charts are checked against, and that Helm takes when it asks no cluster. */
export const kubernetesVersion = '1.36.3';

const helm = 'helm.sh/helm/v3';
const [major = '', minor = ''] = kubernetesVersion.split('.');

/** Programs that check charts without a cluster; each is built from its published sources. */
const tools = {
  helm: {
    version: '3.22.0',
    module: helm,
    folder: 'cmd/helm',
    // Built from a module, Helm would take Kubernetes 1.20 for the newest.
    variables: {
      [`${helm}/internal/version.version`]: 'v3.22.0',
      [`${helm}/pkg/chartutil.k8sVersionMajor`]: major,
      [`${helm}/pkg/chartutil.k8sVersionMinor`]: minor,
      [`${helm}/pkg/lint/rules.k8sVersionMajor`]: major,
      [`${helm}/pkg/lint/rules.k8sVersionMinor`]: minor,
    },
  },
  kubeconform: { version: '0.8.0', module: 'github.com/yannh/kubeconform', folder: 'cmd/kubeconform' },
  'helm-unittest': {
    version: '1.1.2',
    module: 'github.com/helm-unittest/helm-unittest',
    folder: 'cmd/helm-unittest',
  },
  'kube-score': { version: '1.20.0', module: 'github.com/zegl/kube-score', folder: 'cmd/kube-score' },
} as const satisfies Record<string, Tool>;

interface Tool {
  readonly version: string;
  readonly module: string;
  /** Folder of its `main` package in the module. */
  readonly folder: string;
  readonly variables?: Readonly<Record<string, string>>;
}

export type ToolName = keyof typeof tools;
export const toolNames = Object.keys(tools) as readonly ToolName[];

/** Where a tool is, once it is built. `servers` is the folder of downloads, `.docfleet/servers`. */
export function toolPath(servers: string, name: ToolName): string {
  return join(servers, folderOf(name), name);
}

/** Tools that are not built, as `helm 3.22.0`. */
export function missingTools(servers: string): readonly string[] {
  return toolNames
    .filter((name) => !existsSync(toolPath(servers, name)))
    .map((name) => `${name} ${tools[name].version}`);
}

/** Builds a tool unless it is there; gives its path. */
export async function buildTool(machine: Machine, name: ToolName): Promise<string> {
  const { version, module, folder, variables }: Tool = tools[name];
  await inFolderOnce(machine, folderOf(name), async (draft, sources) => {
    await writeWrapperModule(machine, sources, { module: { path: module, version: `v${version}` } });
    await machine.progress.step(`building ${name} ${version}`, () =>
      buildGo(machine, sources, {
        package: `${module}/${folder}`,
        output: join(draft, name),
        ...(variables !== undefined && { variables }),
      }),
    );
  });
  return toolPath(machine.servers, name);
}

function folderOf(name: ToolName): string {
  return `${name}-${tools[name].version}`;
}
