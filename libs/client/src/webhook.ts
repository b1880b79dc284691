/** What is wrong with a webhook that was not accepted. */
export type WebhookFault = 'header missing' | 'timestamp outside the tolerance' | 'signature does not match';

/** A webhook that must not be believed: answer it with 400. */
export class WebhookVerificationError extends Error {
  readonly fault: WebhookFault;

  constructor(fault: WebhookFault) {
    super(`the webhook is not accepted: ${fault}`);
    this.name = 'WebhookVerificationError';
    this.fault = fault;
  }
}

export interface WebhookDelivery {
  /** The body exactly as it came. */
  readonly body: string | Uint8Array;
  /** `webhook-id`, `webhook-timestamp` and `webhook-signature`; names in lower case, or `Headers`. */
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface WebhookOptions {
  /** The endpoint's secrets as the API shows them (`whsec_` and base64): two while one replaces the other. */
  readonly secrets: readonly string[];
  /** How far the timestamp may be from now, in seconds; default 300. */
  readonly toleranceSeconds?: number;
  /** Milliseconds since the epoch; default: now. */
  readonly now?: number;
}

/**
 * Checks a webhook as Standard Webhooks says (HMAC-SHA256, `v1`), in constant time.
 *
 * @returns its id, which is the same when it is delivered again, and its body as text
 * @throws WebhookVerificationError
 */
export async function verifyWebhook(
  delivery: WebhookDelivery,
  options: WebhookOptions,
): Promise<{ readonly id: string; readonly body: string }> {
  const { secrets, toleranceSeconds = 300, now = Date.now() } = options;
  const id = headerOf(delivery, 'webhook-id');
  const timestamp = headerOf(delivery, 'webhook-timestamp');
  const signatures = headerOf(delivery, 'webhook-signature');
  const seconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN;
  // NaN is outside as well.
  if (!(Math.abs(now / 1000 - seconds) <= toleranceSeconds)) {
    throw new WebhookVerificationError('timestamp outside the tolerance');
  }
  const body = bytesOf(delivery.body);
  const signed = concat(bytesOf(`${id}.${timestamp}.`), body);
  const given = signatures.split(' ').flatMap((each) => fromBase64(/^v1,(.+)$/.exec(each)?.[1] ?? '') ?? []);
  for (const secret of secrets) {
    const bytes = fromBase64(secret.replace(/^whsec_/, ''));
    if (bytes === undefined || bytes.length === 0)
      throw new TypeError('a webhook secret is whsec_ and base64');
    const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, [
      'verify',
    ]);
    for (const signature of given) {
      // Compares in constant time.
      if (await crypto.subtle.verify('HMAC', key, signature, signed)) {
        return { id, body: new TextDecoder().decode(body) };
      }
    }
  }
  throw new WebhookVerificationError('signature does not match');
}

function headerOf({ headers }: WebhookDelivery, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  if (typeof value !== 'string' || value === '') throw new WebhookVerificationError('header missing');
  return value;
}

function bytesOf(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? new TextEncoder().encode(text) : text;
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** Undefined for text that is no base64. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}
