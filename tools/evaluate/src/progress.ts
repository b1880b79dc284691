/** Documents between two lines where nobody watches a terminal. */
const linesEvery = 20;

/** Where progress goes: `process.stderr`, so that stdout stays the result. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** On a terminal one line that changes; elsewhere a line for every 20 documents and for the last one. */
export function printProgress(output: ProgressOutput, done: number, all: number): void {
  const text = `${String(done)} of ${String(all)} documents`;
  if (output.isTTY === true) output.write(`\r${text}${done === all ? '\n' : ' '}`);
  else if (done % linesEvery === 0 || done === all) output.write(`${text}\n`);
}
