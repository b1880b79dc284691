import type { RecordCodec } from '@docfleet/contracts';
import { refusalOf } from '@docfleet/database';
import { escapeText, FailureError } from '@docfleet/domain';
import type { LogRecord } from '@docfleet/record-log';
import type { DecodedEntry, RecordRefusal } from '../core/decoded-record.ts';
import { setAside } from '../core/set-aside.ts';
import { decodeRecord } from './decode-record.ts';

/** Longest key of a record that is kept, in characters: a runId has 36. */
const maxKeyLength = 64;

/**
 * Decodes a record. One that can never be decoded becomes an entry that sets it aside.
 *
 * @throws FailureError `REGISTRY_UNAVAILABLE`
 */
export async function decodeEntry(
  record: LogRecord,
  source: { readonly codec: RecordCodec; readonly clusterId: string; readonly nowMs: number },
): Promise<DecodedEntry> {
  const { topic, partition, offset } = record;
  const key = record.key?.subarray(0, maxKeyLength).toString() ?? '';
  try {
    return { offset, key, ...(await decodeRecord(source.codec, record, source.clusterId)) };
  } catch (error) {
    const refusal = undecodable(error);
    if (refusal === undefined) throw error;
    const place = { topic, partition, offset, key };
    return { offset, key, ...setAside(place, {}, { ...refusal, at: source.nowMs }) };
  }
}

function undecodable(error: unknown): RecordRefusal | undefined {
  if (!(error instanceof FailureError) || error.code !== 'RECORD_UNDECODABLE') return refusalOf(error);
  return { cause: error.code, message: escapeText(error.message) };
}
