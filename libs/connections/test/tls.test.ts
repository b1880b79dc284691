import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { TlsMaterial } from '@docfleet/config';
import {
  createAuthority,
  fingerprintOf,
  otherFingerprint,
  until,
  type Authority,
  type CertificateFiles,
} from '@docfleet/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { clientTls, fetchWithTls, serverTls } from '../src/index.ts';

let folder: string;
let authority: Authority;
let other: Authority;
let good: CertificateFiles;
let expired: CertificateFiles;
const closings: (() => Promise<void>)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'docfleet-tls-'));
  authority = await createAuthority(folder, 'authority');
  other = await createAuthority(folder, 'other');
  good = await authority.issue('good');
  expired = await authority.issue('expired', { expired: true });
});

afterEach(async () => {
  await Promise.all(closings.splice(0).map((close) => close()));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A server that answers `{}`, with its port. */
async function serve(files: CertificateFiles, clientCa?: string, intervalMs?: number): Promise<number> {
  const tls = serverTls({ ...files, clientCa }, intervalMs);
  const server = createServer(tls.options, (_, response) => response.end('{}'));
  const unfollow = tls.follow(server, () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closings.push(
    () =>
      new Promise((resolve) => {
        unfollow();
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  );
  return (server.address() as AddressInfo).port;
}

const nothing: TlsMaterial = {
  ca: undefined,
  cert: undefined,
  key: undefined,
  pins: undefined,
  serverName: undefined,
};

const text = (path: string): string => readFileSync(path, 'utf8');
const plain = (fingerprint: string): string => fingerprint.replaceAll(':', '').toLowerCase();

/** Code of the error that a call ends with; `answered` without one. */
async function call(port: number, material: Partial<TlsMaterial>): Promise<string> {
  try {
    const answer = await fetchWithTls(clientTls({ ...nothing, ...material }))(`https://127.0.0.1:${port}`);
    await answer.json();
    return 'answered';
  } catch (error) {
    const { code } = (error as { readonly cause?: { readonly code?: string } }).cause ?? {};
    return code ?? String(error);
  }
}

describe('clientTls', () => {
  it('takes a certificate of the given authority, and no other', async () => {
    const port = await serve(good);
    expect(await call(port, { ca: text(authority.cert) })).toBe('answered');
    expect(await call(port, { ca: text(other.cert) })).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect(await call(port, {})).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });

  it('takes one of the pinned certificates, and no other of the same authority', async () => {
    const port = await serve(good);
    const ca = text(authority.cert);
    const pin = plain(fingerprintOf(good.cert));
    expect(await call(port, { ca, pins: [otherFingerprint, pin] })).toBe('answered');
    expect(await call(port, { ca, pins: [otherFingerprint] })).toBe('CERTIFICATE_NOT_PINNED');
  });

  it('takes no pinned certificate of an unknown authority', async () => {
    const port = await serve(good);
    const pins = [plain(fingerprintOf(good.cert))];
    expect(await call(port, { ca: text(other.cert), pins })).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });

  it('takes the name that is asked for, and no expired certificate', async () => {
    const port = await serve(good);
    const ca = text(authority.cert);
    expect(await call(port, { ca, serverName: 'localhost' })).toBe('answered');
    expect(await call(port, { ca, serverName: 'elsewhere.example' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(await call(await serve(expired), { ca })).toBe('CERT_HAS_EXPIRED');
  });
});

describe('serverTls', () => {
  it('asks clients for a certificate of the given authority', async () => {
    const port = await serve(good, other.cert);
    const ca = text(authority.cert);
    const client = await other.issue('client');
    expect(await call(port, { ca, cert: text(client.cert), key: text(client.key) })).toBe('answered');
    expect(await call(port, { ca })).not.toBe('answered');
    expect(await call(port, { ca, cert: text(good.cert), key: text(good.key) })).not.toBe('answered');
  });

  it('uses a certificate that has replaced the one of the start', async () => {
    const used = { cert: join(folder, 'used.pem'), key: join(folder, 'used.key') };
    copyFileSync(good.cert, used.cert);
    copyFileSync(good.key, used.key);
    const port = await serve(used, undefined, 50);
    expect(await subjectOf(port)).toBe('good');
    const renewed = await authority.issue('renewed');
    copyFileSync(renewed.cert, used.cert);
    copyFileSync(renewed.key, used.key);
    await until('the new certificate is used', async () => (await subjectOf(port)) === 'renewed');
  });
});

/** Common name of the certificate that new connections see. */
function subjectOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ca: text(authority.cert) }, () => {
      const { subject } = socket.getPeerCertificate();
      socket.destroy();
      resolve(String(subject.CN));
    });
    socket.on('error', reject);
  });
}
