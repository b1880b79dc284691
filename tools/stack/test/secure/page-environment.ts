import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bringKcat, environmentOfPages } from '@docfleet/docs-check';
import { endpoints } from '@docfleet/testing';
import { admin } from './secure-servers.ts';
import { siteKeys, type SecureSite } from './secure-site.ts';

/** The variables of the pages for integrators, for a site: its brokers ask for TLS and a password. */
export async function pageEnvironment(
  { folder, settings, authorityFile }: SecureSite,
  fleet: { readonly api: string; readonly takesUnsigned: boolean },
): Promise<Readonly<Record<string, string>>> {
  const home = join(folder, 'home');
  mkdirSync(join(home, '.config'), { recursive: true });
  const kcatSettings = {
    'security.protocol': 'sasl_ssl',
    'sasl.mechanism': 'PLAIN',
    'sasl.username': admin.username,
    'sasl.password': admin.password,
    'ssl.ca.location': authorityFile,
  };
  const lines = Object.entries(kcatSettings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(join(home, '.config/kcat.conf'), lines.join(''));
  const { PATH = '', KAFKA_BROKERS = '', SCHEMA_REGISTRY_URL = '', S3_BUCKET = '' } = settings;
  return {
    ...environmentOfPages({
      ...fleet,
      ...{ path: PATH, home, apiKey: siteKeys.apiKey },
      brokers: KAFKA_BROKERS,
      registry: SCHEMA_REGISTRY_URL,
      s3: { ...endpoints().s3, bucket: S3_BUCKET },
      kcat: await bringKcat(PATH),
    }),
    KAFKA_CA_FILE: authorityFile,
    KAFKA_USERNAME: admin.username,
    KAFKA_PASSWORD: admin.password,
  };
}
