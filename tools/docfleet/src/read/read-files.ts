/** Files in progress at the same time: as many as the stages work on at once, and a few that are next. */
const filesAtOnce = 8;

/**
 * Reads files, some at a time, and gives their results in the order of the files as soon as those before are there. Nothing
 * is begun that is more than `filesAtOnce` ahead, so what is kept does not grow with the number of files.
 *
 * @throws what `readOne` throws; the others are waited for before
 */
export async function* readFiles<I, R>(
  inputs: readonly I[],
  readOne: (input: I, index: number) => Promise<R>,
  atOnce = filesAtOnce,
): AsyncGenerator<R> {
  const begun: Promise<R>[] = [];
  try {
    for (const [index, input] of inputs.entries()) {
      const reading = readOne(input, index);
      // Thrown where it is awaited, in its turn; one that fails before its turn must not end the process meanwhile.
      reading.catch(() => undefined);
      begun.push(reading);
      const oldest = begun.length >= atOnce ? begun.shift() : undefined;
      if (oldest !== undefined) yield await oldest;
    }
    for (let next = begun.shift(); next !== undefined; next = begun.shift()) yield await next;
  } finally {
    await Promise.allSettled(begun);
  }
}
