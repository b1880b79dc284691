import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { createProofKey } from './proof.ts';
import { readJson, writeJson } from './json-file.ts';
import { createWebhookKey } from './webhook-key.ts';
import { portNames, type PortName } from './names.ts';

const secretsSchema = z.object({
  /** The development tenant's key for the HTTP API. */
  apiKey: z.string(),
  /** The fleet's key for the HTTP API. Instances of earlier versions have none yet, and no passwords of roles. */
  operatorKey: z.string().default(() => `dev_${random()}`),
  s3AccessKeyId: z.string(),
  s3SecretAccessKey: z.string(),
  postgresPassword: z.string(),
  /** Of the roles that services act as. */
  databasePasswords: z
    .object({
      request: z.string(),
      pipeline: z.string(),
      operator: z.string(),
      retention: z.string().default(random),
      webhooks: z.string().default(random),
    })
    .default(createPasswords),
  redisPassword: z.string(),
  /** The gateways', for signing URLs of artifacts. */
  artifactUrlSecret: z.string().default(random),
  /** The gateway's, for signing submissions. */
  proofKey: z.string().default(createProofKey),
  /** Secrets of webhooks are derived from it; base64. */
  webhookKey: z.string().default(createWebhookKey),
});

/** Keys of one instance: generated on this machine and stored with its data. */
export type Secrets = z.infer<typeof secretsSchema>;

const stateSchema = z.object({
  ports: z.record(z.string(), z.int()),
  secrets: secretsSchema,
});

/** What a later start of the same instance reuses. */
export interface State {
  readonly ports: Partial<Record<PortName, number>>;
  readonly secrets: Secrets;
}

export function readState(path: string): State | undefined {
  const state = readJson(path, stateSchema);
  if (state === undefined) return undefined;
  const known = portNames.filter((name) => state.ports[name] !== undefined);
  return {
    ports: Object.fromEntries(known.map((name) => [name, state.ports[name]])),
    secrets: state.secrets,
  };
}

export function writeState(path: string, state: State): void {
  writeJson(path, state);
}

export function createSecrets(): Secrets {
  return {
    apiKey: `dev_${random()}`,
    operatorKey: `dev_${random()}`,
    s3AccessKeyId: 'docfleet',
    s3SecretAccessKey: random(),
    postgresPassword: random(),
    databasePasswords: createPasswords(),
    redisPassword: random(),
    artifactUrlSecret: random(),
    proofKey: createProofKey(),
    webhookKey: createWebhookKey(),
  };
}

function createPasswords() {
  return {
    request: random(),
    pipeline: random(),
    operator: random(),
    retention: random(),
    webhooks: random(),
  };
}

function random(): string {
  return randomBytes(24).toString('base64url');
}
