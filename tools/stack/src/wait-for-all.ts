/**
 * Waits for all of them, also when one fails, so that nothing goes on while the failure is handled;
 * `abortOthers` receives the first failure and ends the others. @throws the first failure.
 */
export async function waitForAll<T>(
  promises: readonly Promise<T>[],
  abortOthers: (reason: unknown) => void,
): Promise<T[]> {
  const failures: unknown[] = [];
  const watched = promises.map((promise) =>
    promise.catch((error: unknown) => {
      if (failures.push(error) === 1) abortOthers(error);
      throw error;
    }),
  );
  await Promise.allSettled(watched);
  if (failures.length > 0) throw failures[0];
  return Promise.all(watched);
}
