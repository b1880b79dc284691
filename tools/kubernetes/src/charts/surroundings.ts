/** Nodes of the charts' test: three zones, with GPUs. */
export const chartNodes = { prefix: 'chart', count: 6, zones: 3 } as const;

const size = { cpu: '256', memory: '4Ti', pods: '500', 'ephemeral-storage': '4Ti', 'nvidia.com/gpu': '64' };

/** Nodes of kwok that any pod may be on. */
export function openNodes(): object[] {
  return Array.from({ length: chartNodes.count }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: `${chartNodes.prefix}-${index}`,
      annotations: { 'kwok.x-k8s.io/node': 'fake' },
      labels: {
        'kubernetes.io/hostname': `${chartNodes.prefix}-${index}`,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'topology.kubernetes.io/zone': `zone-${index % chartNodes.zones}`,
        'nvidia.com/gpu.present': 'true',
        type: 'chart',
      },
    },
    status: { allocatable: size, capacity: size },
  }));
}

/** What the value files refer to and a cluster has besides. */
export const clusterObjects: readonly object[] = [
  ...['work', 'api'].map((name) => ({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value: 1000,
  })),
  { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'nvidia' }, handler: 'nvidia' },
];

/** A namespace as `restricted` as Pod Security knows, with the volume that a pool's pods mount. */
export function namespaceObjects(namespace: string): object[] {
  const level = 'restricted';
  const accessModes = ['ReadOnlyMany'];
  const volume = `${namespace}-weights`;
  const claim = { name: 'forms-weights', namespace };
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: namespace,
        labels: {
          'pod-security.kubernetes.io/enforce': level,
          'pod-security.kubernetes.io/warn': level,
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: volume },
      spec: { capacity: { storage: '1Gi' }, accessModes, hostPath: { path: '/none' }, claimRef: claim },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: claim,
      spec: {
        accessModes,
        volumeName: volume,
        storageClassName: '',
        resources: { requests: { storage: '1Gi' } },
      },
    },
  ];
}
