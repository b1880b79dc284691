import { lanes, type StageName } from '@docfleet/domain';

/** How a stage of the test is scaled. */
export interface ScaledStage {
  readonly name: StageName;
  readonly min: number;
  readonly max: number;
  /** Records behind in one lane that ask for one more replica. */
  readonly lagPerReplica: number;
}

export interface StageObjectsOptions {
  readonly namespace: string;
  readonly stage: ScaledStage;
  /** Variables of the process, in a secret. */
  readonly variables: Readonly<Record<string, string>>;
  /** What the pod runs; `$(POD_NAME)` stands for its name. */
  readonly command: readonly string[];
  readonly broker: string;
}

/** Time that a pod has to end: longer than its drain. */
const graceSeconds = 40;

/** The image that the process node knows the stage by. */
export function stageImage(stage: StageName): string {
  return `docfleet/${stage}:test`;
}

const getOf = (path: string): object => ({ httpGet: { path, port: 'http' }, timeoutSeconds: 10 });

/** Secret and Deployment of a stage, as `restricted` Pod Security wants them. */
export function stageObjects({ namespace, stage, variables, command }: StageObjectsOptions): object[] {
  const { name, min } = stage;
  const labels = { app: name };
  const metadata = { name, namespace };
  const container = {
    name,
    image: stageImage(name),
    command,
    ports: [{ name: 'http', containerPort: 8080 }],
    env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
    envFrom: [{ secretRef: { name } }],
    resources: { requests: { cpu: '100m', memory: '256Mi' } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    startupProbe: { ...getOf('/health'), periodSeconds: 1, failureThreshold: 300 },
    readinessProbe: { ...getOf('/ready'), periodSeconds: 1 },
    livenessProbe: { ...getOf('/health'), periodSeconds: 10, failureThreshold: 6 },
  };
  return [
    { apiVersion: 'v1', kind: 'Secret', metadata, stringData: variables },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: min,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            automountServiceAccountToken: false,
            terminationGracePeriodSeconds: graceSeconds,
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 10_001,
              seccompProfile: { type: 'RuntimeDefault' },
            },
            containers: [container],
          },
        },
      },
    },
  ];
}

/** The ScaledObject of a stage: one trigger a lane; the largest answer counts. */
export function scaledObject({ namespace, stage, broker }: StageObjectsOptions): object {
  const { name, min, max, lagPerReplica } = stage;
  const triggers = lanes.map((lane) => ({
    type: 'kafka',
    metadata: {
      bootstrapServers: broker,
      consumerGroup: name,
      topic: `${name}.tasks.${lane}`,
      lagThreshold: String(lagPerReplica),
      offsetResetPolicy: 'earliest',
      // A record that is worked on for long is no reason for fewer replicas.
      excludePersistentLag: 'false',
    },
  }));
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name, namespace },
    spec: {
      scaleTargetRef: { name },
      minReplicaCount: min,
      maxReplicaCount: max,
      // Times of a test: a fleet takes minutes (keda/).
      pollingInterval: 3,
      cooldownPeriod: 10,
      advanced: {
        horizontalPodAutoscalerConfig: {
          behavior: {
            scaleUp: {
              stabilizationWindowSeconds: 0,
              policies: [{ type: 'Pods', value: 4, periodSeconds: 5 }],
            },
            scaleDown: {
              stabilizationWindowSeconds: 5,
              policies: [{ type: 'Pods', value: 1, periodSeconds: 5 }],
            },
          },
        },
      },
      triggers,
    },
  };
}
