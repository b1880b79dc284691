import { FailureError, parseObjectUri, type ObjectAddress } from '@docfleet/domain';
import type { CreatedJson, ObjectStore, ParseJson } from './object-store.ts';

/** A key that could be written and never be read again is refused before: it was made from a record that is not valid. */
export function checkKey(uri: string): void {
  if (parseObjectUri(uri) === undefined) throw new FailureError('RECORD_INVALID');
}

/** @throws FailureError `SOURCE_NOT_FOUND` for what is no address of an object */
export function addressOf(uri: string): ObjectAddress {
  const address = parseObjectUri(uri);
  if (address === undefined) throw new FailureError('SOURCE_NOT_FOUND');
  return address;
}

/** @throws FailureError `INTERNAL_ERROR` when the bytes are not such JSON */
export function parseJson<T>(bytes: Buffer, parse: ParseJson<T>): T {
  try {
    return parse(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    throw new FailureError('INTERNAL_ERROR', {}, { cause: error });
  }
}

/** `ObjectStore.createJsonOnce` of any store. */
export async function createJson<T>(
  store: Pick<ObjectStore, 'createOnce'>,
  of: {
    readonly key: string;
    readonly value: T;
    readonly parse: ParseJson<T>;
    readonly signal: AbortSignal;
  },
): Promise<CreatedJson<T>> {
  const { key, value, parse, signal } = of;
  const bytes = Buffer.from(JSON.stringify(value));
  const { ref, created, existing } = await store.createOnce(key, bytes, 'application/json', signal);
  return { value: existing === undefined ? value : parseJson(existing, parse), ref, created };
}
