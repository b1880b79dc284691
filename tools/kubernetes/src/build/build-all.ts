import { join } from 'node:path';
import { buildTool, kubernetesVersion } from '@docfleet/charts';
import type { Machine } from '@docfleet/stack';
import { fetchDefinitions } from './definitions.ts';
import { buildEtcd } from './etcd.ts';
import { buildKeda } from './keda.ts';
import { fetchKubectl } from './kubectl.ts';
import { buildKubernetes } from './kubernetes.ts';
import { buildKwok } from './kwok.ts';

/** Paths of the programs of a control plane and of what runs on it. */
export interface ClusterPrograms {
  /** Of the control plane, as it reports it. */
  readonly version: string;
  readonly etcd: string;
  /** Folder of kube-apiserver, kube-controller-manager, kube-scheduler. */
  readonly kubernetes: string;
  /** Folder of kwok and its stages. */
  readonly kwok: string;
  /** Folder of KEDA's programs and manifests. */
  readonly keda: string;
  readonly kubectl: string;
  readonly helm: string;
  /** Folder of the definitions of kinds of others. */
  readonly definitions: string;
}

/** Builds what is missing, one after the other: a build takes two GiB of memory. */
export async function buildAll(machine: Machine): Promise<ClusterPrograms> {
  const kubectl = await machine.progress.step('kubectl', () => fetchKubectl(machine));
  const etcd = await buildEtcd(machine);
  const kubernetes = await buildKubernetes(machine);
  const keda = await buildKeda(machine);
  const kwok = await buildKwok(machine);
  const helm = await buildTool(machine, 'helm');
  const definitions = await fetchDefinitions(machine);
  return {
    version: `v${kubernetesVersion}`,
    kubectl,
    etcd: join(etcd, 'etcd'),
    kubernetes,
    kwok,
    keda,
    helm,
    definitions,
  };
}
