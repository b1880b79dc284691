import type { ReviewTask, ReviewTaskSummary } from '@docfleet/client';
import { plainText } from '../render/plain-text.ts';

/** A task for a person, on one line: what it is, why it waits, and who works on it. */
export function renderTaskLine(task: ReviewTaskSummary): string {
  const { taskId, createdAt, lane, documentClass, state, decision, holder, reasons, fileName } = task;
  const worker = holder === null ? [] : [`held by ${plainText(holder.name ?? holder.id)}`];
  return [
    taskId,
    createdAt,
    lane,
    documentClass,
    decision ?? state,
    ...worker,
    ...(fileName === null ? [] : [plainText(fileName)]),
    plainText(reasons.join(', ')),
  ].join('  ');
}

/** A task with its documents: each field with its value, its certainty, and what became of it; then findings and gaps. */
export function renderTask(task: ReviewTask): string {
  const documents = task.documents.map((document) => {
    const { index, documentClass, firstPage, lastPage } = document;
    const head = `  document ${index}: ${documentClass}, pages ${firstPage} to ${lastPage}`;
    const fields = document.fields.map(({ name, value, confidence, state }) => {
      const certainty = state === 'machine' ? `${Math.round(confidence * 100)} %` : state;
      return `    ${name}  ${plainText(value)}  ${certainty}`;
    });
    const rows = document.rows.map(
      ({ id, group, cells, state }) =>
        `    ${group} ${id}  ${plainText(Object.values(cells).join('  '))}  ${state}`,
    );
    const remarks = [...document.findings.map(({ message }) => message), ...document.gaps];
    return [head, ...fields, ...rows, ...remarks.map((remark) => `    ! ${plainText(remark)}`)].join('\n');
  });
  return [renderTaskLine(task), ...documents].join('\n');
}
