export { webhooksSettings, type WebhooksSettings } from './config.ts';
export { runWebhooks } from './run-webhooks.ts';
