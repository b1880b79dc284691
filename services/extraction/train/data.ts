import { readFileSync } from 'node:fs';
import type { DocumentClass } from '@docfleet/contracts';
import { comparable, type Box, type PageReading, type Word } from '@docfleet/domain';

/** A labelled document with its reading. */
export interface LabelledDocument {
  readonly id: string;
  /** Documents of one group (merchant, advertiser, seller) are never in both training and test. */
  readonly group: string;
  readonly pages: readonly PageReading[];
  readonly labels: Readonly<Record<string, string | null>>;
}

type Row = Readonly<Record<string, unknown>>;

export function jsonLines(path: string): readonly Row[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Row);
}

/**
 * Reads labels (`labels.jsonl`, or a file whose rows carry `labels` and given `lines`) and joins readings to them:
 * JSON lines of `{ "id", "pages": PageReading[] }`. Without a readings file, the given lines are the reading.
 */
export function loadDocuments(
  documentClass: DocumentClass,
  files: { labels: string; readings?: string; groups?: string; groupBy: string },
): readonly LabelledDocument[] {
  const readings = new Map(
    (files.readings === undefined ? [] : jsonLines(files.readings)).map((row) => [
      String(row['id']),
      row['pages'] as readonly PageReading[],
    ]),
  );
  const groups = new Map(
    (files.groups === undefined ? [] : jsonLines(files.groups)).map((row) => [
      String(row['id']),
      text(row[files.groupBy]) ?? '',
    ]),
  );
  return jsonLines(files.labels).flatMap((row) => {
    const id = String(row['id']);
    const labelled = (row['labels'] as Row | undefined) ?? row;
    const pages = files.readings === undefined ? [givenReading(row)] : readings.get(id);
    if (pages === undefined) return [];
    const labels = Object.fromEntries(
      (documentClass.evaluation?.fields ?? []).map(({ label, field }) => [field, text(labelled[label])]),
    );
    const group =
      groups.get(id) ?? comparable('text', text(row[files.groupBy] ?? labelled[files.groupBy]) ?? id);
    return [{ id, group, pages, labels }];
  });
}

function text(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

/** Splits lines with four corners into words, with widths in proportion to their letters. */
function givenReading(row: Row): PageReading {
  const lines = row['lines'] as readonly { box: readonly number[]; text: string }[];
  return {
    page: 1,
    widthPx: Number(row['width']),
    heightPx: Number(row['height']),
    engine: 'text-layer',
    engineVersion: 'given',
    lines: lines.map((line) => {
      const xs = line.box.filter((_, i) => i % 2 === 0);
      const ys = line.box.filter((_, i) => i % 2 === 1);
      const box: Box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
      return { text: line.text, box, confidence: 1, words: spread(line.text, box) };
    }),
  };
}

function spread(line: string, box: Box): readonly Word[] {
  const perLetter = (box[2] - box[0]) / Math.max(1, line.length);
  return [...line.matchAll(/\S+/g)].map((match) => ({
    text: match[0],
    box: [
      Math.round(box[0] + match.index * perLetter),
      box[1],
      Math.round(box[0] + (match.index + match[0].length) * perLetter),
      box[3],
    ],
    confidence: 1,
  }));
}
