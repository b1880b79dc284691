import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { kubernetesVersion } from '@docfleet/charts';
import { Problem } from '@docfleet/stack';
import { connections, valueFiles } from '../charts/cases.ts';
import { Helm } from '../charts/helm.ts';
import { clusterObjects, namespaceObjects, openNodes } from '../charts/surroundings.ts';
import { expectEqual, expectRefusal } from '../checks/expect.ts';
import type { Part, Tally } from '../checks/tally.ts';
import type { Context } from './context.ts';

const release = 'docfleet';
const waiting = ['--wait', '--timeout', '10m'];

/** The package of the version before: an upgrade from it, and the way back, must keep the fleet available. */
const previousPackage = 'tools/kubernetes/resources/docfleet-previous.tgz';

const nameOf = (file: string): string =>
  `chart ${file}: accepted strictly, installed, and upgraded to itself`;

const refusalNames = {
  strict: 'chart: a field that does not exist is refused by strict validation',
  security: 'chart: Pod Security "restricted" refuses a pod that the chart would not make',
} as const;

const upgradeName =
  'chart: an upgrade from the version before, and the way back, keep every Deployment available';

/** The chart against the API server, with pods of kwok. */
export const chartsPart: Part<Context> = {
  name: 'charts',
  needs: ['keda'],
  checks: [...valueFiles.map(nameOf), ...Object.values(refusalNames)],
  run: (context, tally) =>
    withChartNodes(context, async (helm) => {
      for (const [index, file] of valueFiles.entries())
        await tally.check(nameOf(file), () => installs(context, helm, { file, namespace: `chart-${index}` }));
      await checkRefusals(context, helm, tally);
    }),
};

/** From the version before to this one and back, with pods of kwok. */
export const chartUpgradePart: Part<Context> = {
  name: 'chart-upgrade',
  needs: ['keda'],
  checks: [upgradeName],
  run: (context, tally) =>
    withChartNodes(context, async (helm) => {
      await tally.check(upgradeName, () => upgrades(context, helm));
    }),
};

/** Lets pods come to nodes of kwok alone while the action runs. */
async function withChartNodes(context: Context, action: (helm: Helm) => Promise<void>): Promise<void> {
  const { controlPlane, programs, node } = context;
  const { kubectl } = controlPlane;
  await kubectl.run(['apply', '--server-side', '-f', programs.definitions]);
  await kubectl.run(['wait', '--for=condition=established', 'crd', '--all', '--timeout=120s']);
  await kubectl.run(['cordon', node.name]);
  await kubectl.create(openNodes());
  await kubectl.apply(clusterObjects);
  try {
    await action(await openHelm(context));
  } finally {
    await kubectl.run(['delete', 'node', '--selector=type=chart']);
    await kubectl.run(['uncordon', node.name]);
  }
}

export function openHelm({ layout, programs, controlPlane, environment, signal }: Context): Promise<Helm> {
  return Helm.open({
    program: programs.helm,
    kubeconfig: controlPlane.kubectl.kubeconfig,
    root: layout.root,
    folder: join(layout.folder, 'cluster/helm'),
    environment,
    signal,
  });
}

interface Case {
  readonly file: string;
  readonly namespace: string;
}

function valuesOf(helm: Helm, files: readonly string[]): string[] {
  return files.flatMap((file) => ['--values', join(helm.chart, file)]);
}

async function installs({ controlPlane }: Context, helm: Helm, { file, namespace }: Case): Promise<void> {
  const { kubectl } = controlPlane;
  const values = valuesOf(helm, file === connections ? [file] : [connections, file]);
  await kubectl.apply(namespaceObjects(namespace));
  const target = [release, helm.chart, '--namespace', namespace, ...values];
  const rendered = await helm.run(['template', ...target, '--kube-version', kubernetesVersion]);
  await kubectl.run(['apply', '-n', namespace, '--dry-run=server', '--validate=strict', '-f', '-'], rendered);
  await helm.run(['install', ...target, ...waiting]);
  // The hooks run a second time.
  await helm.run(['upgrade', ...target, ...waiting]);
  await expectDeployments(kubectl, namespace);
  await helm.run(['uninstall', release, '--namespace', namespace, ...waiting]);
  await kubectl.run(['delete', 'namespace', namespace, '--timeout=240s']);
  await kubectl.run(['delete', 'persistentvolume', `${namespace}-weights`, '--timeout=120s']);
}

interface DeploymentList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly spec: { readonly replicas: number };
    readonly status: { readonly availableReplicas?: number };
  }[];
}

async function expectDeployments(
  kubectl: Context['controlPlane']['kubectl'],
  namespace: string,
): Promise<void> {
  const { items } = (await kubectl.get(['deployments', '-n', namespace])) as DeploymentList;
  if (items.length === 0) throw new Problem('The chart made no Deployment.');
}

async function checkRefusals({ controlPlane }: Context, helm: Helm, tally: Tally): Promise<void> {
  const { kubectl } = controlPlane;
  const namespace = 'chart-refused';
  await kubectl.apply(namespaceObjects(namespace));
  const rendered = await helm.run([
    ...['template', release, helm.chart, '--namespace', namespace, ...valuesOf(helm, [connections])],
    ...['--kube-version', kubernetesVersion],
  ]);
  await tally.check(refusalNames.strict, () =>
    expectRefusal('A misspelt field', 'unknown field "spec.template.spec.containers[0].livenessProb', () =>
      kubectl.run(
        ['apply', '-n', namespace, '--dry-run=server', '--validate=strict', '-f', '-'],
        rendered.replace('livenessProbe:', 'livenessProb:'),
      ),
    ),
  );
  await tally.check(refusalNames.security, () =>
    expectRefusal('A pod that may gain rights', 'violates PodSecurity', () =>
      kubectl.apply([
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'bare', namespace },
          spec: { containers: [{ name: 'bare', image: 'test/none' }] },
        },
      ]),
    ),
  );
  await kubectl.run(['delete', 'namespace', namespace, '--timeout=240s']);
}

/** Installs the version before, upgrades, and goes back, while every Deployment is watched. */
async function upgrades(context: Context, helm: Helm): Promise<void> {
  const { kubectl } = context.controlPlane;
  const namespace = 'chart-upgrade';
  await kubectl.apply(namespaceObjects(namespace));
  const values = [...valuesOf(helm, [connections]), '--set', 'keda.enabled=true'];
  const target = ['--namespace', namespace, ...values, ...waiting];
  await helm.run(['install', release, join(context.layout.root, previousPackage), ...target]);
  // Helm waits for Ready, which is before `minReadySeconds`.
  await kubectl.run([
    ...['wait', '-n', namespace, '--for=condition=Available', 'deployment', '--all', '--timeout=240s'],
  ]);
  const before = await helm.run(['get', 'manifest', release, '--namespace', namespace]);
  const watching = new AbortController();
  const shortages = watchAvailability(context, namespace, watching.signal);
  await helm.run(['upgrade', release, helm.chart, ...target, '--set', 'logLevel=debug']);
  await helm.run(['rollback', release, '1', '--namespace', namespace, ...waiting]);
  watching.abort();
  expectEqual('Deployments that had no available pod during the upgrade', await shortages, []);
  const after = await helm.run(['get', 'manifest', release, '--namespace', namespace]);
  expectEqual('the manifest after the way back is that of before', after === before, true);
  await helm.run(['uninstall', release, '--namespace', namespace, ...waiting]);
  await kubectl.run(['delete', 'namespace', namespace, '--timeout=240s']);
}

/**
 * Names of Deployments that had no available pod at some moment until the signal. One that the new version adds counts from
 * its first available pod; Helm waits for that one.
 */
async function watchAvailability(
  { controlPlane }: Context,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const short = new Set<string>();
  const available = new Set<string>();
  while (!signal.aborted) {
    const { items } = (await controlPlane.kubectl.get(['deployments', '-n', namespace])) as DeploymentList;
    for (const { metadata, status } of items) {
      if ((status.availableReplicas ?? 0) > 0) available.add(metadata.name);
      else if (available.has(metadata.name)) short.add(metadata.name);
    }
    await pause(500, undefined, { signal }).catch(() => undefined);
  }
  return [...short].sort();
}
