import { join } from 'node:path';
import { eventually, expectRefusal } from '../checks/expect.ts';
import type { Part } from '../checks/tally.ts';
import { startKeda } from '../cluster/keda.ts';
import type { Context } from './context.ts';

const namespace = 'keda-test';

const names = {
  starts: "operator, adapter and webhooks start with the rights of KEDA's own roles",
  rights: "KEDA's account may not do what its roles do not say",
  refuses: "KEDA's webhook refuses a second ScaledObject on one Deployment",
  unknown: 'a ScaledObject whose broker does not answer is not Ready, and has no HPA',
} as const;

const account = 'system:serviceaccount:keda:keda-operator';

/** KEDA outside the cluster, with the rights that it has in one. */
export const kedaPart: Part<Context> = {
  name: 'keda',
  checks: Object.values(names),
  run: async (context, tally) => {
    const { controlPlane, processes, programs, progress, layout } = context;
    const { kubectl } = controlPlane;
    const isUp = await tally.check(names.starts, () =>
      startKeda({
        programs: programs.keda,
        controlPlane,
        processes,
        folder: join(layout.folder, 'cluster/keda'),
        progress,
      }),
    );
    if (!isUp) return;
    await tally.check(names.rights, async () => {
      for (const [verb, resource] of [
        ['create', 'deployments.apps'],
        ['delete', 'secrets'],
        ['create', 'pods'],
      ] as const)
        await expectRefusal(`${verb} ${resource}`, 'ended with 1\nno', () =>
          kubectl.run(['auth', 'can-i', verb, resource, '-n', 'default', `--as=${account}`]),
        );
      await kubectl.run(['auth', 'can-i', 'create', 'hpa', '-n', 'default', `--as=${account}`]);
    });
    await tally.check(names.unknown, async () => {
      await kubectl.apply([
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
        deployment,
        scaledObject('first'),
      ]);
      await eventually('Ready of the ScaledObject', 'False', async () => {
        const { status } = (await kubectl.get([
          'scaledobject',
          'first',
          '-n',
          namespace,
        ])) as ScaledObjectStatus;
        return status?.conditions?.find(({ type }) => type === 'Ready')?.status;
      });
      const { items } = (await kubectl.get(['hpa', '-n', namespace])) as { readonly items: unknown[] };
      if (items.length > 0) throw new Error('There is an HPA although no broker answers.');
    });
    await tally.check(names.refuses, async () => {
      await expectRefusal('The second ScaledObject', 'already managed by the ScaledObject', () =>
        kubectl.apply([scaledObject('second')]),
      );
      await kubectl.run(['delete', 'namespace', namespace, '--timeout=120s']);
    });
  },
};

interface ScaledObjectStatus {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

const labels = { app: 'idle' };

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'idle', namespace },
  spec: {
    replicas: 0,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { containers: [{ name: 'idle', image: 'test/none' }] },
    },
  },
};

function scaledObject(name: string): object {
  const metadata = {
    // Nothing listens there.
    bootstrapServers: '127.0.0.1:9',
    consumerGroup: 'none',
    topic: 'none',
    lagThreshold: '1',
  };
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name, namespace },
    spec: { scaleTargetRef: { name: 'idle' }, triggers: [{ type: 'kafka', metadata }] },
  };
}
