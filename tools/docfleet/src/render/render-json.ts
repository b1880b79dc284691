import type { FileResult } from '../read/result.ts';

/** One JSON object: indented for a person, on one line for a program. */
export function renderJson(result: FileResult, { isTerminal }: { readonly isTerminal: boolean }): string {
  // Times are no part of a result: the same file gives the same line (--timings prints them).
  const shown = { ...result, tookMs: undefined, timings: undefined };
  return `${JSON.stringify(shown, null, isTerminal ? 2 : undefined)}\n`;
}
