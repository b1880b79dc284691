import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { readJson, writeJson } from './json-file.ts';
import { portNames, type PortName } from './names.ts';

const secretsSchema = z.object({
  /** The development tenant's key for the HTTP API. */
  apiKey: z.string(),
  s3AccessKeyId: z.string(),
  s3SecretAccessKey: z.string(),
  postgresPassword: z.string(),
  redisPassword: z.string(),
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
  const random = (): string => randomBytes(24).toString('base64url');
  return {
    apiKey: `dev_${random()}`,
    s3AccessKeyId: 'docfleet',
    s3SecretAccessKey: random(),
    postgresPassword: random(),
    redisPassword: random(),
  };
}
