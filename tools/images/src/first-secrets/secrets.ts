import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { stageNames } from '@docfleet/domain';
import { z } from 'zod';

const random = (): string => randomBytes(24).toString('base64url');

/** Id of the key that the gateway signs submissions with. */
export const proofKeyId = 'fleet.compose';

/** The passwords and keys of one installation by compose. What an older one lacks is made. */
export const secretsSchema = z.object({
  postgres: z.string().default(random),
  request: z.string().default(random),
  pipeline: z.string().default(random),
  operator: z.string().default(random),
  retention: z.string().default(random),
  webhooks: z.string().default(random),
  redis: z.string().default(random),
  store: z.string().default(random),
  /** With these the ports of the store behind S3 answer only what the store has signed itself. */
  storeSigning: z.string().default(random),
  /** The gateway signs URLs of artifacts with it. */
  artifactUrls: z.string().default(random),
  /** Secrets of webhooks are derived from it; base64. */
  webhookKey: z.string().default(() => randomBytes(32).toString('base64')),
  /** Ed25519, PEM. */
  proofKey: z
    .string()
    .default(() =>
      generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    ),
});

export type Secrets = z.infer<typeof secretsSchema>;

/** Files by their path: `<service>/<name>`. */
export type SecretFiles = Readonly<Record<string, string>>;

const storeUser = 'docfleet';

/**
 * The files of every service of compose.yaml: each gets a folder with its own secrets and no other's. Those of the
 * fleet's services are named as the settings that they are given as with `_FILE`.
 */
export function secretFiles(secrets: Secrets): SecretFiles {
  const database = (
    role: 'request' | 'pipeline' | 'operator' | 'retention' | 'webhooks',
  ): Record<string, string> => ({
    [`DATABASE_${role.toUpperCase()}_URL`]: `postgres://docfleet_${role}:${secrets[role]}@postgres:5432/docfleet`,
  });
  const store = { AWS_ACCESS_KEY_ID: storeUser, AWS_SECRET_ACCESS_KEY: secrets.store };
  const cache = { REDIS_URL: `redis://:${secrets.redis}@valkey:6379` };
  const publicKey = createPrivateKey(secrets.proofKey).export({ format: 'jwk' }).x ?? '';
  const webhookKeys = { WEBHOOK_SECRET_KEYS: `first=${secrets.webhookKey}` };
  const roles = { ...database('request'), ...database('pipeline'), ...database('operator') };
  return flatten({
    postgres: { POSTGRES_PASSWORD: secrets.postgres },
    valkey: { 'valkey.conf': `requirepass ${secrets.redis}\n` },
    seaweedfs: {
      'identities.json': identities(secrets.store),
      'security.toml': signing(secrets.storeSigning),
    },
    deploy: {
      DATABASE_URL: `postgres://docfleet:${secrets.postgres}@postgres:5432/docfleet`,
      ...roles,
      ...database('retention'),
      ...database('webhooks'),
    },
    // A stage needs the store, unless it stands below with more.
    ...Object.fromEntries(stageNames.map((name) => [name, store])),
    gateway: {
      ...roles,
      ...store,
      ...cache,
      FLEET_PROOF_PRIVATE_KEY: secrets.proofKey,
      ARTIFACT_URL_SECRET: secrets.artifactUrls,
      ...webhookKeys,
    },
    preprocess: { ...store, ...cache, FLEET_PROOF_KEYS: `${proofKeyId}=${publicKey}` },
    ocr: { ...store, ...cache },
    review: { ...database('pipeline'), ...store },
    integration: { ...database('pipeline'), ...store },
    ledger: database('pipeline'),
    retention: { ...database('retention'), ...store, ...cache },
    webhooks: { ...database('webhooks'), ...webhookKeys },
  });
}

function flatten(folders: Readonly<Record<string, Readonly<Record<string, string>>>>): SecretFiles {
  return Object.fromEntries(
    Object.entries(folders).flatMap(([folder, files]) =>
      Object.entries(files).map(([name, content]) => [`${folder}/${name}`, content]),
    ),
  );
}

/** Users of SeaweedFS's S3, as `-s3.config` reads them. */
function identities(secretKey: string): string {
  const credentials = [{ accessKey: storeUser, secretKey }];
  const actions = ['Admin', 'Read', 'Write', 'List', 'Tagging'];
  return JSON.stringify({ identities: [{ name: storeUser, credentials, actions }] });
}

/** SeaweedFS's `security.toml`. */
function signing(key: string): string {
  const sections = ['jwt.signing', 'jwt.signing.read', 'jwt.filer_signing', 'jwt.filer_signing.read'];
  return sections.map((section) => `[${section}]\nkey = "${key}"\n`).join('\n');
}
