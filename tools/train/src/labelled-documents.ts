import { readFileSync } from 'node:fs';
import type { LabelledDocument } from '@docfleet/class-training';
import type { DocumentClass } from '@docfleet/contracts';
import { comparable, type Box, type PageReading, type Word } from '@docfleet/domain';
import { TrainingError } from './training-error.ts';

type Row = Readonly<Record<string, unknown>>;

/** @throws TrainingError naming the file, and the line that is no JSON object */
export function jsonLines(path: string): readonly Row[] {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    throw new TrainingError(`${path} cannot be read`, { cause: error });
  }
  return content.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as Row];
    } catch (error) {
      throw new TrainingError(`${path}, line ${index + 1}: not a JSON object`, { cause: error });
    }
  });
}

export interface LabelledFiles {
  /** JSON lines: `id` and the labels, beside it or in an object `labels`; there also given `lines`. */
  readonly labels: string;
  /** JSON lines `{ "id", "pages": PageReading[] }`, as `npm run readings` writes them. */
  readonly readings?: string;
  /** Labels alone, for what does not look at pages: documents have none then. */
  readonly withoutPages?: true;
  /** JSON lines with the group of each id; default: the labels. */
  readonly groups?: string;
  /** Key of the group in that file. */
  readonly groupBy: string;
}

/**
 * Reads labels and joins readings to them; documents without a reading are left out. Without a file of readings, the
 * lines given beside `labels` are the reading.
 * @throws TrainingError where neither is there, or a file cannot be read
 */
export function loadDocuments(
  documentClass: DocumentClass,
  files: LabelledFiles,
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
      comparable('text', text(row[files.groupBy]) ?? ''),
    ]),
  );
  return jsonLines(files.labels).flatMap((row) => {
    const id = String(row['id']);
    const labelled = isObject(row['labels']) ? row['labels'] : row;
    const pages =
      files.withoutPages === true
        ? []
        : files.readings === undefined
          ? givenPages(files.labels, id, row)
          : readings.get(id);
    if (pages === undefined) return [];
    const labels = Object.fromEntries(
      (documentClass.evaluation?.fields ?? []).flatMap(({ label, field }) =>
        label in labelled ? [[field, text(labelled[label])]] : [],
      ),
    );
    const group =
      groups.get(id) ?? comparable('text', text(row[files.groupBy] ?? labelled[files.groupBy]) ?? id);
    return [{ id, group, pages: pagesOf(row, pages), labels }];
  });
}

/** The pages of one document of a file with several: `pages` is its first and last one. */
function pagesOf({ pages: wanted }: Row, pages: readonly PageReading[]): readonly PageReading[] {
  if (!Array.isArray(wanted)) return pages;
  const [first = 1, last = first] = wanted.map(Number);
  return pages.filter(({ page }) => page >= first && page <= last);
}

function text(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function isObject(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Only beside an object `labels` are `lines` given lines: elsewhere they may be a label of that name. */
function givenPages(file: string, id: string, row: Row): readonly PageReading[] {
  if (!isObject(row['labels']) || !Array.isArray(row['lines'])) {
    throw new TrainingError(
      `${file}: ${id} has no given lines, so --readings is needed: write them with npm run readings -- FOLDER --out FILE`,
    );
  }
  return [givenReading(row)];
}

/** Lines with four corners become words of widths in proportion to their letters. */
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
