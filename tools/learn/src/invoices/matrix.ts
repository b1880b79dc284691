import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { LabelledDocument } from '@docfleet/class-training';
import type { DocumentClass } from '@docfleet/contracts';
import { comparable } from '@docfleet/domain';
import {
  candidateKinds,
  kindOfField,
  layoutOf,
  linesOf,
  type ScoredCandidate,
  type ScoredField,
} from '@docfleet/field-extraction';

const kindNames = ['number', 'party', 'amount'] as const;
type KindName = (typeof kindNames)[number];
const fieldNames = Object.keys(kindOfField) as readonly ScoredField[];

/** Files of the candidates of all documents, sparse: of each row the places and values of features that are not 0. */
export interface MatrixWriter {
  add(document: LabelledDocument, generated: boolean): void;
  close(): void;
}

/**
 * Writes `<kind>.indptr`, `<kind>.columns`, `<kind>.values`, `<kind>.document`, `<field>.right`, and `documents.json` into
 * a folder; features are those that scoring computes.
 */
export function openMatrix(folder: string, documentClass: DocumentClass): MatrixWriter {
  const documents: { id: string; group: string; generated: boolean }[] = [];
  const open = (name: string): ((bytes: Uint8Array) => void) & { close: () => void } => {
    const file = openSync(join(folder, name), 'w');
    return Object.assign((bytes: Uint8Array) => void writeSync(file, bytes), {
      close: () => {
        closeSync(file);
      },
    });
  };
  const files = new Map(
    kindNames.map((kind) => [
      kind,
      {
        indptr: open(`${kind}.indptr`),
        columns: open(`${kind}.columns`),
        values: open(`${kind}.values`),
        document: open(`${kind}.document`),
        filled: 0,
      },
    ]),
  );
  const right = new Map(fieldNames.map((field) => [field, open(`${field}.right`)]));

  const addKind = (kind: KindName, candidates: readonly ScoredCandidate[], index: number): void => {
    const own = files.get(kind);
    if (own === undefined) return;
    for (const { features } of candidates) {
      const columns: number[] = [];
      const values: number[] = [];
      for (const [column, value] of features.entries()) {
        if (value === 0) continue;
        columns.push(column);
        values.push(value);
      }
      own.filled += columns.length;
      own.indptr(new Uint8Array(Int32Array.of(own.filled).buffer));
      own.columns(new Uint8Array(Uint16Array.from(columns).buffer));
      own.values(new Uint8Array(Float32Array.from(values).buffer));
      own.document(new Uint8Array(Int32Array.of(index).buffer));
    }
  };
  return {
    add: ({ id, group, pages, labels }, generated) => {
      const lines = linesOf(pages.map(layoutOf));
      const candidates = {
        number: candidateKinds.number.candidates(lines),
        party: candidateKinds.party.candidates(lines),
        amount: candidateKinds.amount.candidates(lines),
      };
      for (const kind of kindNames) addKind(kind, candidates[kind], documents.length);
      for (const field of fieldNames) {
        const label = labels[field] ?? null;
        right.get(field)?.(
          Uint8Array.from(candidates[kindOfField[field]], (candidate) =>
            label === null ? 2 : Number(isRight(documentClass, field, candidate, label)),
          ),
        );
      }
      documents.push({ id, group, generated });
    },
    close: () => {
      const features = Object.fromEntries(kindNames.map((kind) => [kind, candidateKinds[kind].features]));
      writeFileSync(join(folder, 'documents.json'), JSON.stringify({ documents, kindOfField, features }));
      for (const file of files.values())
        for (const one of [file.indptr, file.columns, file.values, file.document]) one.close();
      for (const file of right.values()) file.close();
    },
  };
}

function isRight(
  documentClass: DocumentClass,
  field: string,
  candidate: ScoredCandidate,
  label: string,
): boolean {
  const mapping = documentClass.evaluation?.fields.find((one) => one.field === field);
  return (
    mapping !== undefined &&
    comparable(mapping.compare, candidate[mapping.predict]) === comparable(mapping.compare, label)
  );
}
