import { signatureHeader, urlProblem, type EgressRule } from '@docfleet/webhook-rules';
import { request } from 'undici';
import { retryAfterOf, type Answer, type SendProblem } from '../core/judge-attempt.ts';
import { AddressRefused, openGuardedAgent, type Resolve } from './guarded-connections.ts';

/** Bytes of an answer that are read, so that its connection can be used again; nothing of it is kept. */
const maxAnswerBytes = 16_384;

export interface Message {
  /** The same at every attempt. */
  readonly id: string;
  readonly url: string;
  readonly body: string;
  /** All that are valid; without one the message is not signed. */
  readonly secrets: readonly Buffer[];
  readonly timeoutMs: number;
}

/** Sends messages over HTTP. */
export interface MessageSender {
  /** Never throws, except for the reason of `signal` after it aborted. */
  send(message: Message, signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

export function openMessageSender(options: {
  readonly rule: EgressRule;
  readonly resolve: Resolve;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
}): MessageSender {
  const { rule, resolve, now } = options;
  const dispatcher = openGuardedAgent(rule, resolve);
  return {
    send: async ({ id, url, body, secrets, timeoutMs }, signal) => {
      if (urlProblem(url, rule) !== undefined) return { problem: 'URL_REFUSED' };
      const timestamp = Math.floor(now() / 1_000);
      const until = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      try {
        const answer = await request(url, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'user-agent': 'docfleet-webhooks',
            'webhook-id': id,
            'webhook-timestamp': String(timestamp),
            ...(secrets.length > 0 && {
              'webhook-signature': signatureHeader({ id, timestamp, body }, secrets),
            }),
          },
          body,
          dispatcher,
          signal: until,
        });
        await answer.body.dump({ limit: maxAnswerBytes, signal: until }).catch(() => undefined);
        const retryAfter = answer.headers['retry-after'];
        return {
          status: answer.statusCode,
          retryAfterMs: retryAfterOf(typeof retryAfter === 'string' ? retryAfter : undefined),
        };
      } catch (error) {
        signal.throwIfAborted();
        return { problem: until.aborted ? 'TIMEOUT' : problemOf(error) };
      }
    },
    close: () => dispatcher.destroy(),
  };
}

const timeouts = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'ETIMEDOUT', 'ETIMEOUT']);
const unknownNames = new Set(['ENOTFOUND', 'ENODATA', 'ESERVFAIL', 'EREFUSED', 'ENONAME', 'EBADNAME']);
const tlsFailure = /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO|HOSTNAME_MISMATCH)/;

function problemOf(error: unknown): SendProblem {
  let current: unknown = error;
  for (let depth = 0; depth < 8 && current instanceof Error; depth += 1) {
    if (current instanceof AddressRefused) return 'ADDRESS_REFUSED';
    const code = 'code' in current && typeof current.code === 'string' ? current.code : '';
    if (timeouts.has(code)) return 'TIMEOUT';
    if (unknownNames.has(code)) return 'NAME_NOT_FOUND';
    if (tlsFailure.test(code)) return 'TLS_FAILED';
    current = current.cause;
  }
  return 'CONNECTION_FAILED';
}
