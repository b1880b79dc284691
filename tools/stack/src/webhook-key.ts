import { randomBytes } from 'node:crypto';
import type { Environment } from './command.ts';

/** A key, base64, that the secrets of webhooks of an instance are derived from. */
export function createWebhookKey(): string {
  return randomBytes(32).toString('base64');
}

/** Webhooks of the local instance may go to 127.0.0.1, where a developer's receiver listens, and to nothing else inside. */
export function webhookEnvironment(webhookKey: string): Environment {
  return {
    WEBHOOK_SECRET_KEYS: `local=${webhookKey}`,
    WEBHOOK_ALLOWED_HOSTS: '127.0.0.1',
    WEBHOOK_ALLOW_HTTP: 'true',
  };
}
