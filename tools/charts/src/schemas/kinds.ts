/** Modules whose sources have the schemas of what the charts render. */
export const schemaModules = {
  kubernetes: { path: 'k8s.io/kubernetes', version: 'v1.36.3' },
  keda: { path: 'github.com/kedacore/keda/v2', version: 'v2.21.0' },
  prometheusOperator: {
    path: 'github.com/prometheus-operator/prometheus-operator',
    version: 'v0.85.0',
  },
  gatewayApi: { path: 'sigs.k8s.io/gateway-api', version: 'v1.5.1' },
  externalSecrets: { path: 'github.com/external-secrets/external-secrets', version: 'v1.3.2' },
} as const;

export type SchemaModule = keyof typeof schemaModules;

/** Kinds of Kubernetes itself, by their names in its OpenAPI description. */
export const coreKinds = {
  'io.k8s.api.apps.v1.Deployment': 'apps',
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler': 'autoscaling',
  'io.k8s.api.batch.v1.Job': 'batch',
  'io.k8s.api.core.v1.ConfigMap': '',
  'io.k8s.api.core.v1.Pod': '',
  'io.k8s.api.core.v1.Service': '',
  'io.k8s.api.core.v1.ServiceAccount': '',
  'io.k8s.api.networking.v1.Ingress': 'networking.k8s.io',
  'io.k8s.api.networking.v1.NetworkPolicy': 'networking.k8s.io',
  'io.k8s.api.policy.v1.PodDisruptionBudget': 'policy',
} as const;

const monitoring = 'example/prometheus-operator-crd';

/** Definitions of kinds of others: files of their modules. */
export const customKinds = {
  keda: [
    'config/crd/bases/keda.sh_scaledobjects.yaml',
    'config/crd/bases/keda.sh_triggerauthentications.yaml',
  ],
  prometheusOperator: ['podmonitors', 'servicemonitors', 'prometheusrules'].map(
    (kind) => `${monitoring}/monitoring.coreos.com_${kind}.yaml`,
  ),
  gatewayApi: ['config/crd/standard/gateway.networking.k8s.io_httproutes.yaml'],
  externalSecrets: ['config/crds/bases/external-secrets.io_externalsecrets.yaml'],
} as const satisfies Partial<Record<SchemaModule, readonly string[]>>;

/** KEDA's list of the parameters of every trigger. */
export const scalersFile = 'schema/generated/scalers-schema.json';
/** Triggers that the chart uses. */
export const usedTriggers = ['cpu', 'kafka', 'prometheus'] as const;
