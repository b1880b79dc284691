import { Readable } from 'node:stream';
import { FailureError } from '@docfleet/domain';
import { hopsHeader } from '../core/region.ts';

/** A call as it is passed on: only what the other gateway needs of it. */
export interface PassedCall {
  /** Path with query. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly contentType: string;
  readonly body: AsyncIterable<Uint8Array> | string;
  readonly signal: AbortSignal;
}

export interface PassedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

/** Headers of an answer that reach the caller; `location` besides. */
const passedHeaders = ['content-type', 'retry-after', 'ratelimit', 'ratelimit-policy', 'cache-control'];

/** Passes a submission on to the gateway of another region, as its body arrives. */
export type PassOn = (baseUrl: string, call: PassedCall) => Promise<PassedAnswer>;

/** `timeoutMs`: for the whole exchange. @throws FailureError `SERVICE_UNAVAILABLE` when the gateway gives no answer */
export function otherRegion({ timeoutMs }: { readonly timeoutMs: number }): PassOn {
  return async (baseUrl, { path, authorization, idempotencyKey, contentType, body, signal }) => {
    try {
      const response = await fetch(`${baseUrl}${path}`, {
        method: 'POST',
        headers: {
          'content-type': contentType,
          [hopsHeader]: '1',
          ...(authorization !== undefined && { authorization }),
          ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
        },
        body: typeof body === 'string' ? body : Readable.toWeb(Readable.from(body)),
        duplex: 'half',
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      const location = response.headers.get('location');
      return {
        status: response.status,
        headers: Object.fromEntries([
          ...passedHeaders.flatMap((name) => {
            const value = response.headers.get(name);
            return value === null ? [] : [[name, value]];
          }),
          // The run is asked for where it is.
          ...(location === null ? [] : [['location', new URL(location, `${baseUrl}/`).href]]),
        ]) as Record<string, string>,
        body: response.body === null ? Readable.from([]) : Readable.fromWeb(response.body),
      };
    } catch (error) {
      throw new FailureError('SERVICE_UNAVAILABLE', {}, { cause: error });
    }
  };
}
