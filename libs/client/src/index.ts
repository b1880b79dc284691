export { createClient, type Client } from './client.ts';
export { ApiError, UnreachableError, UnreadableFileError } from './api-error.ts';
export type { ClientOptions } from './transport.ts';
export type { CallOptions } from './operation.ts';
export type { BatchOptions, RepeatableFile, SubmitOptions, UploadFile } from './upload.ts';
export { hasEnded, type BatchWaitOptions, type WaitOptions } from './wait-for-end.ts';
export type { ApiEvent, EventOptions } from './events.ts';
export {
  verifyWebhook,
  WebhookVerificationError,
  type WebhookDelivery,
  type WebhookFault,
  type WebhookOptions,
} from './webhook.ts';
export type { Operations } from './generated/operations.ts';
export type * from './generated/types.ts';
