import { eventually } from '../checks/expect.ts';
import type { Part } from '../checks/tally.ts';
import { fakeNodes, fakeNodeTaint } from '../cluster/control-plane.ts';
import { startLoneBroker, type LoneTopic } from '../fleet/lone-broker.ts';
import type { Context } from './context.ts';

const namespace = 'replicas';
const name = 'many';

/** A topic of as many partitions as there are pods at most: the limit that KEDA keeps. */
const given: LoneTopic = { topic: 'many.tasks', group: 'many', partitions: 300 };
const lagPerReplica = 10;
const fakeNodeCount = 3;

const names = {
  up: `replicas: a lag for ${given.partitions} pods brings ${given.partitions} Ready pods`,
  down: 'replicas: without a lag one pod is left',
} as const;

/** More replicas than this machine has room for: pods of kwok, on the lag of a real topic. */
export const replicasPart: Part<Context> = {
  name: 'replicas',
  needs: ['keda'],
  checks: Object.values(names),
  run: async (context, tally) => {
    const { controlPlane, api, signal } = context;
    const { kubectl } = controlPlane;
    const ready = async (): Promise<number> => {
      signal.throwIfAborted();
      const { status } = await api.apps.readNamespacedDeployment({ name, namespace });
      return status?.readyReplicas ?? 0;
    };
    const broker = await startLoneBroker(context, given);
    try {
      await kubectl.apply([
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
        deployment,
        scaledObject(broker.address),
      ]);
      await kubectl.create(fakeNodes(fakeNodeCount, 'many'));
      await tally.check(names.up, async () => {
        await eventually('ready pods without a lag', 1, ready);
        await broker.produce(lagPerReplica);
        await eventually('ready pods', given.partitions, ready);
      });
      await tally.check(names.down, async () => {
        await broker.readAll();
        await eventually('ready pods', 1, ready);
      });
    } finally {
      await kubectl.run(['delete', 'namespace', namespace, '--timeout=240s']).catch(() => undefined);
      await broker.stop();
    }
  },
};

const labels = { app: name };

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: {
    replicas: 1,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        automountServiceAccountToken: false,
        nodeSelector: { type: 'kwok' },
        tolerations: [{ key: fakeNodeTaint.key, operator: 'Exists' }],
        containers: [{ name, image: 'test/none' }],
      },
    },
  },
};

function scaledObject(broker: string): object {
  const { topic, group, partitions } = given;
  const all = (seconds: number): object => ({
    stabilizationWindowSeconds: 0,
    policies: [{ type: 'Percent', value: 900, periodSeconds: seconds }],
  });
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name, namespace },
    spec: {
      scaleTargetRef: { name },
      minReplicaCount: 1,
      maxReplicaCount: partitions,
      advanced: {
        horizontalPodAutoscalerConfig: {
          behavior: { scaleUp: all(5), scaleDown: { stabilizationWindowSeconds: 0 } },
        },
      },
      triggers: [
        {
          type: 'kafka',
          metadata: {
            bootstrapServers: broker,
            consumerGroup: group,
            topic,
            lagThreshold: String(lagPerReplica),
            offsetResetPolicy: 'earliest',
          },
        },
      ],
    },
  };
}
