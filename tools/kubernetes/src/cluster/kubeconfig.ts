import { writeFileSync } from 'node:fs';
import type { CertificateFiles } from '@docfleet/testing/certificates';

export interface KubeconfigOf {
  readonly server: string;
  /** Certificate of the server's authority. */
  readonly authority: string;
  readonly user: { readonly certificate: CertificateFiles } | { readonly token: string };
}

/** The text of a kubeconfig with one user; JSON is YAML. */
export function kubeconfigText({ server, authority, user }: KubeconfigOf): string {
  const credentials =
    'token' in user
      ? { token: user.token }
      : { 'client-certificate': user.certificate.cert, 'client-key': user.certificate.key };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority': authority } }],
    users: [{ name: 'test', user: credentials }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
  });
}

/** Writes it so that only its owner can read it. */
export function writeKubeconfig(path: string, given: KubeconfigOf): string {
  writeFileSync(path, kubeconfigText(given), { mode: 0o600 });
  return path;
}
