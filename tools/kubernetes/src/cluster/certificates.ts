import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority, type Authority, type CertificateFiles } from '@docfleet/testing/certificates';

/** Certificates of one cluster, which exist as long as its folder. */
export interface ClusterCertificates {
  /** Of the API server and all its clients. */
  readonly authority: Authority;
  readonly apiServer: CertificateFiles;
  /** A client that may do everything. */
  readonly admin: CertificateFiles;
  /** What the API server shows to kubelets. */
  readonly kubeletClient: CertificateFiles;
  /** Of the client that stands in for users before extension API servers. */
  readonly frontProxyAuthority: string;
  readonly frontProxy: CertificateFiles;
  /** Signs tokens of service accounts. */
  readonly serviceAccountKey: string;
  readonly serviceAccountPublicKey: string;
}

export async function createCertificates(folder: string): Promise<ClusterCertificates> {
  mkdirSync(folder, { recursive: true });
  const authority = await createAuthority(folder, 'cluster');
  const frontProxyAuthority = await createAuthority(folder, 'front-proxy');
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const serviceAccountKey = join(folder, 'service-accounts.key');
  const serviceAccountPublicKey = join(folder, 'service-accounts.pub');
  writeFileSync(serviceAccountKey, keys.privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  writeFileSync(serviceAccountPublicKey, keys.publicKey.export({ format: 'pem', type: 'spki' }));
  const dnsNames = ['kubernetes.default.svc'];
  return {
    authority,
    apiServer: await authority.issue('kube-apiserver', { dnsNames }),
    admin: await authority.issue('admin', { subject: '/O=system:masters/CN=admin' }),
    kubeletClient: await authority.issue('kubelet-client'),
    frontProxyAuthority: frontProxyAuthority.cert,
    frontProxy: await frontProxyAuthority.issue('front-proxy-client'),
    serviceAccountKey,
    serviceAccountPublicKey,
  };
}
