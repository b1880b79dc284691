import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DocumentClass } from '@docfleet/contracts';
import { comparable, dateOrderOf } from '@docfleet/domain';
import { prepareLines, type LineReaders, type PreparedLines } from '@docfleet/field-extraction';
import { laidOut, type LearningDocument, type Span } from './learning-document.ts';

/** What the trainer knows of a receipt besides the features. */
interface ExampleEntry {
  readonly id: string;
  readonly group: string;
  readonly source: LearningDocument['source'];
  readonly augmented: boolean;
  readonly lines: number;
  readonly name: Span | null;
  readonly address: Span | null;
  readonly amounts: { readonly lines: readonly number[]; readonly right: readonly boolean[] };
  readonly dates: { readonly lines: readonly number[]; readonly right: readonly boolean[] };
}

/** A receipt with features and labels. */
export interface Example {
  readonly entry: ExampleEntry;
  readonly input: PreparedLines['input'];
}

/** Computes the features of a receipt with the code that reads receipts. */
export function exampleOf(
  documentClass: DocumentClass,
  document: LearningDocument,
  options: { readonly readers: LineReaders; readonly augmented: boolean },
): Example {
  const { lines, name, address } = laidOut(document);
  const { order } = dateOrderOf(
    lines.map(({ text }) => text),
    documentClass.dateOrder,
  );
  const { input, values } = prepareLines(lines, order, options.readers);
  const rightOf = (
    kind: 'amount' | 'date',
    label: string | null | undefined,
    seen: readonly { readonly value: string }[],
  ): readonly boolean[] =>
    seen.map(({ value }) => typeof label === 'string' && comparable(kind, value) === comparable(kind, label));
  const { id, group, source, labels } = document;
  return {
    entry: {
      id,
      group,
      source,
      augmented: options.augmented,
      lines: lines.length,
      name,
      address,
      amounts: { lines: input.amounts.lines, right: rightOf('amount', labels['total'], values.amounts) },
      dates: { lines: input.dates.lines, right: rightOf('date', labels['date'], values.dates) },
    },
    input,
  };
}

/** Writes `examples.json` and the features of all lines, amounts and dates as NumPy arrays. */
export function writeExamples(folder: string, examples: readonly Example[]): void {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, rows: readonly Float32Array[]): void => {
    writeFileSync(join(folder, `${name}.npy`), npy(rows));
  };
  write(
    'lines',
    examples.flatMap(({ input }) => input.lines),
  );
  write(
    'amounts',
    examples.flatMap(({ input }) => input.amounts.features),
  );
  write(
    'dates',
    examples.flatMap(({ input }) => input.dates.features),
  );
  writeFileSync(join(folder, 'examples.json'), JSON.stringify(examples.map(({ entry }) => entry)));
}

/** A matrix of 32-bit floats in NumPy's format, version 1.0 (numpy.lib.format). */
export function npy(rows: readonly Float32Array[]): Buffer {
  const width = rows[0]?.length ?? 0;
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows.length}, ${width}), }`;
  const preamble = 10;
  const padded = header.padEnd(Math.ceil((preamble + header.length + 1) / 64) * 64 - preamble - 1) + '\n';
  const head = Buffer.alloc(preamble);
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(padded.length, 8);
  const values = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) values.set(row, i * width);
  return Buffer.concat([head, Buffer.from(padded, 'latin1'), Buffer.from(values.buffer)]);
}
