import type { ApiError, Job } from '@docfleet/client';

type Document = Job['documents'][number];
type Timing = Pick<Job['timings'][number], 'stage' | 'queuedMs' | 'activeMs'>;

/** What the table shows of a document. */
interface ShownDocument extends Omit<Document, 'classVersion' | 'fields' | 'verdict'> {
  readonly verdict?: string | null;
  readonly fields: readonly Pick<
    Document['fields'][number],
    'name' | 'value' | 'normalised' | 'confidence'
  >[];
}

/** What the table shows of a job. */
export interface ShownJob extends Pick<Job, 'runId' | 'status' | 'failure' | 'engines'> {
  readonly verdict?: string | null;
  readonly documents: readonly ShownDocument[];
  readonly timings: readonly Timing[];
}

/** What became of one file. */
export type FileResult = { readonly file: string; readonly wallMs: number } & (
  | { readonly job: ShownJob }
  | { readonly refusal: Pick<ApiError, 'code' | 'message'> }
  /** No answer came: the API could not be reached, or the run did not end in time. */
  | { readonly lost: string }
);

const width = 100;

/** A block for each file, in the order they were given, what their verdicts mean, and a line that sums up. */
export function renderResults(results: readonly FileResult[]): string {
  return [...results.map(renderFile), [...explanationsOf(results), summaryOf(results)].join('\n')].join(
    '\n\n',
  );
}

/** Whether every file reached a terminal event. */
export function allEnded(results: readonly FileResult[]): boolean {
  return results.every((result) => 'job' in result);
}

/** What a person has to do after a verdict, and where its reasons are. */
const explanations: Readonly<Record<string, string>> = {
  review: 'review: a person must check the values of this document before they are used.',
  reject: 'reject: the values contradict each other or the document, so they must not be used.',
};

function explanationsOf(results: readonly FileResult[]): string[] {
  const verdicts = new Set(results.flatMap((result) => ('job' in result ? (result.job.verdict ?? []) : [])));
  return Object.entries(explanations).flatMap(([verdict, text]) => (verdicts.has(verdict) ? [text] : []));
}

function summaryOf(results: readonly FileResult[]): string {
  const ended = results.filter((result) => 'job' in result);
  const completed = ended.filter((result) => result.job.status.startsWith('completed'));
  const files = results.length === 1 ? '1 file' : `${results.length} files`;
  const parts = [files, `${completed.length} completed`];
  if (ended.length > completed.length) parts.push(`${ended.length - completed.length} ended otherwise`);
  if (results.length > ended.length) parts.push(`${results.length - ended.length} without a result`);
  return parts.join(', ');
}

function renderFile(result: FileResult): string {
  return [heading(result), ...bodyOf(result)].join('\n');
}

/** `── invoice.pdf ─────────────── completed, approve, 4.2 s ──` */
function heading(result: FileResult): string {
  const seconds = `${(result.wallMs / 1000).toFixed(1)} s`;
  const right = [...outcomeOf(result), seconds].join(', ');
  const left = shorten(result.file, width - right.length - 10);
  return `── ${left} ${'─'.repeat(width - left.length - right.length - 8)} ${right} ──`;
}

function outcomeOf(result: FileResult): string[] {
  if ('refusal' in result) return ['refused'];
  if ('lost' in result) return ['no result'];
  const { status, verdict } = result.job;
  return [status.replaceAll('_', ' '), ...(verdict ? [verdict] : [])];
}

function bodyOf(result: FileResult): string[] {
  if ('refusal' in result) return [`   ${result.refusal.code}: ${result.refusal.message}`];
  if ('lost' in result) return [`   ${result.lost}`];
  const { failure, documents, engines, timings } = result.job;
  return [
    ...(failure ? [`   ${failure.code}: ${failure.message}`] : []),
    ...documents.flatMap(renderDocument),
    ...(engines.includes('tesseract')
      ? ['   read by tesseract, because the first engine was not available']
      : []),
    ...(timings.length > 0 ? renderTimings(timings) : []),
  ];
}

function renderDocument(document: ShownDocument): string[] {
  const { documentClass, confidence, firstPage, lastPage, verdict, findings, gaps, fields } = document;
  const pages = firstPage === lastPage ? `page ${firstPage}` : `pages ${firstPage}-${lastPage}`;
  const parts = [`${documentClass} ${confidence.toFixed(2)}`, pages, ...(verdict ? [verdict] : [])];
  return [
    `   ${parts.join(', ')}`,
    ...fields.map(renderField),
    ...findings.flatMap((finding) => wrapWords(`finding: ${oneLine(finding)}`)),
    ...gaps.flatMap((gap) => wrapWords(`gap: ${oneLine(gap)}`)),
  ];
}

/** Name, value as printed, normalised value where it differs, confidence. */
function renderField(field: ShownDocument['fields'][number]): string {
  const normalised = field.normalised === field.value ? '' : field.normalised;
  return [
    `     ${cell(field.name, 26)}`,
    cell(field.value, 38),
    cell(normalised, 20),
    field.confidence.toFixed(2).padStart(5),
  ]
    .join(' ')
    .trimEnd();
}

/** `   ms   preprocess 210 | ocr 1240 | ...`, attempts of a stage added up, broken into lines. */
function renderTimings(timings: readonly Timing[]): string[] {
  const activeMs = new Map<string, number>();
  for (const { stage, activeMs: ms } of timings) activeMs.set(stage, (activeMs.get(stage) ?? 0) + ms);
  const parts = [...activeMs].map(([stage, ms]) => `${stage} ${Math.round(ms)}`);
  const queuedMs = timings.reduce((sum, timing) => sum + timing.queuedMs, 0);
  return wrap([...parts, `waiting ${Math.round(queuedMs)}`], '   ms   ', '        ');
}

/** Words of a sentence below a document, broken into lines. */
function wrapWords(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    const isFull = last === undefined || last.length + 1 + word.length > width;
    if (isFull) lines.push(shorten(`     ${lines.length === 0 ? '' : '  '}${word}`, width));
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function wrap(parts: readonly string[], first: string, next: string): string[] {
  const lines: string[] = [];
  let line = first;
  for (const part of parts) {
    const separated = line === first || line === next ? part : ` | ${part}`;
    if (line.length + separated.length > width) {
      lines.push(line);
      line = next + part;
    } else {
      line += separated;
    }
  }
  return [...lines, line];
}

function cell(text: string, size: number): string {
  return shorten(oneLine(text), size).padEnd(size);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function shorten(text: string, size: number): string {
  return text.length <= size ? text : `${text.slice(0, size - 3)}...`;
}
