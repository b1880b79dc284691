import { execFile } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A certificate and its key, as files in PEM format. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** An authority that exists for one test. */
export interface Authority {
  /** Its certificate. */
  readonly cert: string;
  /** A certificate for 127.0.0.1 and localhost, in files that have the name. */
  issue(name: string, options?: CertificateOptions): Promise<CertificateFiles>;
}

export interface CertificateOptions {
  /** One that expired yesterday. */
  readonly expired?: boolean;
  /** Distinguished name, as `/O=group/CN=user`; default: the name as common name. */
  readonly subject?: string;
  /** Further DNS names. */
  readonly dnsNames?: readonly string[];
  /** URIs among its alternative names. */
  readonly uris?: readonly string[];
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** Makes an authority in the folder with the program openssl, which Debian's PostgreSQL depends on. */
export async function createAuthority(folder: string, authorityName: string): Promise<Authority> {
  const openssl = (...parts: readonly string[]): Promise<unknown> => run('openssl', parts, { cwd: folder });
  const file = (ending: string): string => join(folder, `${authorityName}${ending}`);
  const [cert, key] = [file('.pem'), file('.key')];
  const isAuthority = ['-addext', 'basicConstraints=critical,CA:TRUE'];
  await openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    key,
    '-out',
    cert,
    '-days',
    '2',
    '-subj',
    `/CN=${authorityName}`,
    ...isAuthority,
  );
  return {
    cert,
    issue: async (name, { expired = false, subject = `/CN=${name}`, dnsNames = [], uris = [] } = {}) => {
      const own = { cert: file(`-${name}.pem`), key: file(`-${name}.key`) };
      const [request, extensions] = [file(`-${name}.csr`), file(`-${name}.ext`)];
      const names = [
        ...['localhost', ...dnsNames].map((each) => `DNS:${each}`),
        ...uris.map((each) => `URI:${each}`),
        'IP:127.0.0.1',
      ];
      writeFileSync(extensions, `subjectAltName=${names.join(',')}\n`);
      await openssl('req', ...newKey, '-keyout', own.key, '-out', request, '-subj', subject);
      const signed = ['-CA', cert, '-CAkey', key, '-CAcreateserial', '-days', expired ? '-1' : '2'];
      await openssl('x509', '-req', '-in', request, ...signed, '-extfile', extensions, '-out', own.cert);
      chmodSync(own.key, 0o600);
      return own;
    },
  };
}

/** SHA-256 of a certificate, as a setting names it. */
export function fingerprintOf(cert: string): string {
  return new X509Certificate(readFileSync(cert)).fingerprint256;
}

/** A fingerprint that no certificate has. */
export const otherFingerprint = createHash('sha256').update('no certificate').digest('hex');
