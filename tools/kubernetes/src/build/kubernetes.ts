import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildGo, inFolderOnce, kubernetesVersion, writeWrapperModule } from '@docfleet/charts';
import type { Machine } from '@docfleet/stack';

/** A release whose staging modules are published under the same number. */
const module = { path: 'k8s.io/kubernetes', version: `v${kubernetesVersion}` };
const programs = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;

/** Both packages hold the version that a program reports; clients name theirs in every request. */
const versionPackages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'] as const;

function versionVariables(): Record<string, string> {
  const [major = '', minor = ''] = kubernetesVersion.split('.');
  const values = {
    gitVersion: module.version,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: 'clean',
    gitCommit: '0'.repeat(40),
    buildDate: '1970-01-01T00:00:00Z',
  };
  return Object.fromEntries(
    versionPackages.flatMap((each) =>
      Object.entries(values).map(([name, value]) => [`${each}.${name}`, value]),
    ),
  );
}

/** A package that imports the programs, so that resolving its dependencies resolves theirs. */
function importing(packages: readonly string[]): string {
  const imports = packages.map((each) => `\t_ "${each}"`);
  return ['//go:build tools', '', 'package tools', '', 'import (', ...imports, ')', ''].join('\n');
}

/** kube-apiserver, kube-controller-manager and kube-scheduler; gives their folder. */
export function buildKubernetes(machine: Machine): Promise<string> {
  return inFolderOnce(machine, `kubernetes-${kubernetesVersion}`, async (draft, sources) => {
    const staging = module.version.replace(/^v1\./, 'v0.');
    await writeWrapperModule(machine, sources, { module, published: () => staging });
    const packages = programs.map((name) => `${module.path}/cmd/${name}`);
    writeFileSync(join(sources, 'tools.go'), importing(packages));
    for (const name of programs) {
      await machine.progress.step(`building ${name} ${kubernetesVersion}`, () =>
        buildGo(machine, sources, {
          package: `${module.path}/cmd/${name}`,
          output: join(draft, name),
          variables: versionVariables(),
        }),
      );
    }
  });
}
