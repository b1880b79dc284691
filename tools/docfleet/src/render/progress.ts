import type { Output } from '../shell.ts';
import { progressLine } from './progress-line.ts';
import { widthOf } from './width.ts';

const defaultColumns = 80;

/** Clears what stands on the line. */
const clear = '\r\u001b[K';

/** A line about what is going on, on a terminal; in a pipe nothing. */
export interface ProgressDisplay {
  show(state: { readonly done: number; readonly total: number; readonly doing: string }): void;
  /** Takes the line away, so that something else can be written. */
  clear(): void;
}

export function progressOn(output: Output): ProgressDisplay {
  if (output.isTTY !== true) return { show: () => undefined, clear: () => undefined };
  return {
    show: (state) => {
      output.write(`${clear}${progressLine(state, widthOf(output, defaultColumns))}`);
    },
    clear: () => {
      output.write(clear);
    },
  };
}
