import type { LogRecord } from './record-log.ts';

/** What a record, and each of its headers, takes beside its text and bytes, roughly. */
const [recordBytes, headerBytes] = [200, 64] as const;

/** Memory that a fetched record takes, in bytes, roughly: key, value and headers, any of which its producer may make large. */
export function heldBytesOf({ key, value, headers }: Pick<LogRecord, 'key' | 'value' | 'headers'>): number {
  const ofHeaders = Object.entries(headers).reduce(
    (sum, [name, text]) => sum + headerBytes + name.length + text.length,
    0,
  );
  return recordBytes + (key?.length ?? 0) + (value?.length ?? 0) + ofHeaders;
}
