import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRig, tenants, type Rig } from '@docfleet/chaos';
import { programEnvironment, serviceNames } from '@docfleet/stack';
import type { Helm } from '../charts/helm.ts';
import { namespaceObjects } from '../charts/surroundings.ts';
import { eventually } from '../checks/expect.ts';
import type { Context } from '../parts/context.ts';
import { chartValues, tenantSecretName } from './chart-values.ts';
import { DocumentRun, type DocumentOutcome } from './document-run.ts';
import { burstOf } from './documents.ts';
import { openGatewayAddress } from './gateway-address.ts';
import { openPrometheusStandIn } from './prometheus-stand-in.ts';

const namespace = 'chart-fleet';
const release = 'docfleet';

/** Documents that may be submitted from the start, and the pause between the later ones, in milliseconds. */
const first = 6;
const trickleMs = 2_000;

export interface ChartFleetOutcome extends DocumentOutcome {
  readonly scaledObjects: number;
  readonly horizontalPodAutoscalers: number;
}

interface ObjectList {
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
}

/** The fleet as the chart installs it, as processes of this machine: upgraded and taken back while documents run. */
export async function runChartFleet(
  context: Context,
  helm: Helm,
  documents: number,
): Promise<ChartFleetOutcome> {
  const { layout, environment, isRoot, progress, signal, seed, controlPlane, api } = context;
  const { kubectl } = controlPlane;
  const rig = await openRig({ layout, environment, isRoot, brokers: 1, review: 'never', progress, signal });
  context.onKill(() => {
    rig.kill();
  });
  const over = new AbortController();
  const prometheus = await openPrometheusStandIn();
  const gateway = await openGatewayAddress(api, namespace, 8080);
  try {
    await kubectl.apply([...namespaceObjects(namespace), ...(await secretsOf(rig, layout.root))]);
    const values = join(layout.folder, 'cluster/chart-fleet.json');
    const given = chartValues({ rig, root: layout.root, prometheus: prometheus.url });
    writeFileSync(values, JSON.stringify(given), { mode: 0o600 });
    const target = ['--namespace', namespace, '--values', values, '--wait', '--timeout', '10m'];
    await progress.step('helm install, with real servers', () =>
      helm.run(['install', release, helm.chart, ...target]),
    );
    await progress.step('every ScaledObject Ready', () =>
      kubectl.run([
        ...['wait', '-n', namespace, '--for=condition=Ready', 'scaledobject', '--all', '--timeout=300s'],
      ]),
    );
    const countOf = async (...parts: readonly string[]): Promise<number> =>
      ((await kubectl.get([...parts, '-n', namespace])) as ObjectList).items.length;
    const counts = {
      scaledObjects: await countOf('scaledobjects'),
      horizontalPodAutoscalers: await countOf('hpa'),
    };
    const plan = await burstOf(documents, seed, join(layout.data, 'samples'));
    const run = new DocumentRun({ context, rig, plan, api: gateway.url, over: over.signal });
    const startedAt = performance.now();
    const submitting = run.submit(() => first + Math.floor((performance.now() - startedAt) / trickleMs));
    const changing = (async () => {
      await progress.step('helm upgrade, while documents run', () =>
        helm.run(['upgrade', release, helm.chart, ...target, '--set', 'logLevel=debug']),
      );
      await progress.step('helm rollback, while documents run', () =>
        helm.run(['rollback', release, '1', '--namespace', namespace, '--wait', '--timeout', '10m']),
      );
    })();
    await Promise.all([submitting, changing]);
    const lag = await run.settle();
    await progress.step('helm uninstall', async () => {
      await helm.run(['uninstall', release, '--namespace', namespace, '--wait', '--timeout', '10m']);
      // The pod of the hook stays: it has ended.
      await eventually('pods that run', 0, () => countOf('pods', '--field-selector=status.phase!=Succeeded'));
    });
    return { ...(await run.outcome(lag)), ...counts };
  } finally {
    over.abort();
    prometheus.close();
    await gateway.close();
    await kubectl
      .run(['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=240s'])
      .catch(() => undefined);
    await rig.stop();
  }
}

/** The secrets that an installation brings: of each program the settings that it reads, and the keys of tenants. */
async function secretsOf(rig: Rig, root: string): Promise<object[]> {
  const programs = [
    ...serviceNames.map((name) => [name, `services/${name}`] as const),
    ['deploy', 'tools/deploy'] as const,
  ];
  const secrets = programs.map(async ([name, folder]) => {
    const own = await programEnvironment(root, folder, rig.settings);
    const stringData = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
    return {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `docfleet-${name}`, namespace },
      stringData,
    };
  });
  const ofTenants = tenants.map((tenant) => {
    const { keyId } = rig.signingKey;
    const file = join(rig.settings['TENANT_SECRETS_DIR'] ?? '', tenant, keyId);
    return {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: tenantSecretName(tenant), namespace },
      stringData: { [keyId]: readFileSync(file, 'utf8') },
    };
  });
  return [...(await Promise.all(secrets)), ...ofTenants];
}
