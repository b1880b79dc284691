import { statSync } from 'node:fs';
import { fileProblems } from '@docfleet/command-line';
import { failure } from '@docfleet/domain';

/** Why a file cannot be read at all, as the failure of its result; undefined when it can be opened. */
export function fileProblem(path: string): { readonly code: string; readonly message: string } | undefined {
  const [problem] = fileProblems([path]);
  if (problem === undefined) return undefined;
  const { code } = failure(isEmpty(path) ? 'DOC_EMPTY' : 'SOURCE_NOT_FOUND');
  return { code, message: `The file ${problem.slice(path.length + 1)}.` };
}

function isEmpty(path: string): boolean {
  try {
    const found = statSync(path);
    return found.isFile() && found.size === 0;
  } catch {
    return false;
  }
}
