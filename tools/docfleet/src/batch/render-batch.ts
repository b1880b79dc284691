import type { Batch, BatchSummary } from '@docfleet/client';
import type { FileResult } from '../read/result.ts';
import { lengthOf, plainText } from '../render/plain-text.ts';

type BatchFile = Batch['files'][number];

/** Statuses of jobs that have not ended; null in a draft. */
const open: readonly BatchFile['status'][] = ['accepted', 'running', null];

/** Whether nothing more will happen to the file. */
export function fileHasEnded({ status }: Pick<BatchFile, 'status'>): boolean {
  return !open.includes(status);
}

/** What became of the files that have ended, for the exit code. */
export function outcomesOf({ files }: Pick<Batch, 'files'>): readonly Pick<FileResult, 'verdict'>[] {
  return files.filter(fileHasEnded).map(({ status, verdict }) => ({
    verdict: status?.startsWith('completed') === true ? verdict : null,
  }));
}

/** The name of a file of a batch, where it has one. */
export function nameOf({ n, fileName }: Pick<BatchFile, 'n' | 'fileName'>): string {
  return plainText(fileName ?? `file ${n}`);
}

/** One line for a person: how far the batch is. */
export function summaryLine({ batchId, state, counts, expiresAt }: BatchSummary | Batch): string {
  const { files, waiting, running, inReview, completed, failed, cancelled } = counts;
  const shown = { waiting, running, 'in review': inReview, completed, failed, cancelled };
  const parts = Object.entries(shown).flatMap(([name, number]) =>
    number === 0 ? [] : [`${number} ${name}`],
  );
  const until = state === 'DRAFT' && expiresAt !== null ? [`not started, expires ${expiresAt}`] : [];
  const detail = state === 'DRAFT' ? until : parts;
  return [`${batchId}: ${state}, ${files} ${files === 1 ? 'file' : 'files'}`, ...detail].join(', ');
}

/** The batch and its files for a person, a line each. */
export function renderStatus(batch: Batch): string {
  const names = batch.files.map(nameOf);
  const width = Math.max(0, ...names.map(lengthOf));
  const lines = batch.files.map((file, index) => {
    const name = names[index] ?? '';
    return `  ${String(file.n).padStart(3)}  ${name}${' '.repeat(width - lengthOf(name))}  ${stateOf(file)}`;
  });
  return `${[summaryLine(batch), ...lines].join('\n')}\n`;
}

/** What is known of a file: its end with verdict or reason, else its stage. */
export function stateOf({ status, stage, verdict, failure, runId }: BatchFile): string {
  if (status === null) return 'added';
  const detail = failure?.code ?? verdict ?? (fileHasEnded({ status }) ? undefined : (stage ?? undefined));
  return [status, ...(detail === undefined ? [] : [detail]), runId].join('  ');
}
