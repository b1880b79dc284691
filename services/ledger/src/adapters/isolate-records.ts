import { refusalOf } from '@docfleet/database';
import type { Clock, TopicPartition } from '@docfleet/domain';
import type { DecodedEntry, RecordRefusal } from '../core/decoded-record.ts';
import { writeIsolated, type Part } from '@docfleet/projection';
import { reducedForms, requireReadableTimes } from '../core/reduced-forms.ts';
import { setAside } from '../core/set-aside.ts';
import type { ReadModelWriter, WriteResult } from './read-model-writer.ts';

/** A record that was not stored as it is: in a reduced form, or set aside. */
export interface ExceptionalRecord extends TopicPartition {
  readonly kind: 'reduced' | 'set-aside';
  readonly offset: bigint;
  readonly runId: string | null;
  readonly refusal: RecordRefusal;
}

export type BatchResult =
  | {
      readonly kind: 'written';
      /** runIds of revisions with a second terminal event. */
      readonly doubled: readonly string[];
      readonly exceptional: readonly ExceptionalRecord[];
    }
  | Extract<WriteResult, { kind: 'offset-moved' }>;

/**
 * Writes a batch, and isolates the records in it that the read model can never store: each is stored in a reduced
 * form where that is possible, so that the end of its run shows, else set aside, in the transaction that moves the offset
 * past it.
 *
 * @throws what the writer throws, except for a refusal
 */
export async function writeBatch(
  writer: Pick<ReadModelWriter, 'write'>,
  options: { readonly at: TopicPartition; readonly part: Part<DecodedEntry>; readonly clock: Clock },
): Promise<BatchResult> {
  const { at, part, clock } = options;
  const written = await writeIsolated<DecodedEntry, WriteResult, RecordRefusal>(part, {
    write: async (some) => {
      some.entries.forEach(requireReadableTimes);
      return writer.write(at, some);
    },
    refusalOf,
    formsOf: (entry, refusal) => {
      const { offset, key } = entry;
      const aside = setAside({ ...at, offset, key }, entry, { ...refusal, at: clock.now() });
      return [...reducedForms(entry, refusal), aside].map((form) => ({ offset, key, ...form }));
    },
    mayGoOn: ({ kind }) => kind === 'written',
  });
  const moved = written.map(({ result }) => result).find((result) => result.kind === 'offset-moved');
  if (moved !== undefined) return moved;
  return {
    kind: 'written',
    doubled: written.flatMap(({ result }) => (result.kind === 'written' ? result.folded.doubled : [])),
    exceptional: written.flatMap(({ entries }) => entries.flatMap((entry) => exceptionOf(at, entry))),
  };
}

function exceptionOf(at: TopicPartition, entry: DecodedEntry): readonly ExceptionalRecord[] {
  const { offset, setAside: row, reducedBy } = entry;
  if (row !== undefined) {
    const { runId, cause, message } = row;
    return [{ kind: 'set-aside', ...at, offset, runId, refusal: { cause, message } }];
  }
  if (reducedBy === undefined) return [];
  return [{ kind: 'reduced', ...at, offset, runId: entry.history?.runId ?? entry.key, refusal: reducedBy }];
}
