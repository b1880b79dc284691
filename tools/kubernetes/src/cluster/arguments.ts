import type { ClusterCertificates } from './certificates.ts';

export interface ClusterPorts {
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly api: number;
  readonly controllers: number;
  readonly scheduler: number;
  readonly kwok: number;
}

const flags = (values: Readonly<Record<string, string | number | boolean>>): string[] =>
  Object.entries(values).map(([name, value]) => `--${name}=${String(value)}`);

export function etcdArguments(data: string, ports: ClusterPorts): string[] {
  const client = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  return flags({
    'data-dir': data,
    // The data ends with the test.
    'unsafe-no-fsync': true,
    'listen-client-urls': client,
    'advertise-client-urls': client,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `default=${peer}`,
  });
}

export function apiServerArguments(certificates: ClusterCertificates, ports: ClusterPorts): string[] {
  const { authority, apiServer, kubeletClient, frontProxy, frontProxyAuthority } = certificates;
  return flags({
    'etcd-servers': `http://127.0.0.1:${ports.etcd}`,
    'bind-address': '127.0.0.1',
    'advertise-address': '127.0.0.1',
    'secure-port': ports.api,
    'endpoint-reconciler-type': 'none',
    'service-cluster-ip-range': '10.0.0.0/16',
    'authorization-mode': 'RBAC',
    'client-ca-file': authority.cert,
    'tls-cert-file': apiServer.cert,
    'tls-private-key-file': apiServer.key,
    'kubelet-client-certificate': kubeletClient.cert,
    'kubelet-client-key': kubeletClient.key,
    'kubelet-certificate-authority': authority.cert,
    'kubelet-preferred-address-types': 'InternalIP',
    'service-account-issuer': 'https://kubernetes.default.svc',
    'service-account-key-file': certificates.serviceAccountPublicKey,
    'service-account-signing-key-file': certificates.serviceAccountKey,
    'requestheader-client-ca-file': frontProxyAuthority,
    'requestheader-allowed-names': 'front-proxy-client',
    'requestheader-username-headers': 'X-Remote-User',
    'requestheader-group-headers': 'X-Remote-Group',
    'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
    'proxy-client-cert-file': frontProxy.cert,
    'proxy-client-key-file': frontProxy.key,
  });
}

/** What controller-manager and scheduler have in common. */
function managerFlags(kubeconfig: string, port: number): string[] {
  return flags({
    kubeconfig,
    'authentication-kubeconfig': kubeconfig,
    'authorization-kubeconfig': kubeconfig,
    'bind-address': '127.0.0.1',
    'secure-port': port,
    'leader-elect': false,
  });
}

export function controllerManagerArguments(
  certificates: ClusterCertificates,
  { kubeconfig, port, hpaSyncSeconds }: { kubeconfig: string; port: number; hpaSyncSeconds: number },
): string[] {
  return [
    ...managerFlags(kubeconfig, port),
    ...flags({
      'service-account-private-key-file': certificates.serviceAccountKey,
      'root-ca-file': certificates.authority.cert,
      'use-service-account-credentials': true,
      'horizontal-pod-autoscaler-sync-period': `${hpaSyncSeconds}s`,
    }),
  ];
}

export function schedulerArguments(kubeconfig: string, port: number): string[] {
  return managerFlags(kubeconfig, port);
}

export function kwokArguments(kubeconfig: string, port: number, stages: readonly string[]): string[] {
  return [
    ...flags({
      kubeconfig,
      'server-address': `127.0.0.1:${port}`,
      'manage-nodes-with-annotation-selector': 'kwok.x-k8s.io/node=fake',
    }),
    ...stages.flatMap((stage) => ['--config', stage]),
  ];
}
