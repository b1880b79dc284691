/** Who waits for news of something, by its id. */
export interface SubjectWaits {
  /** Ends the waits for a subject. */
  wake(subject: string): void;
  /** Ends all waits. */
  wakeAll(): void;
  /**
   * Resolves when one of the subjects is woken after the call, or when `signal` aborts, which it has to in the end. Never
   * rejects.
   */
  next(subjects: readonly string[], signal: AbortSignal): Promise<void>;
  /** Number of subjects that somebody waits for. */
  readonly size: number;
}

/** Waits that end together with the news of their subjects; nothing is kept of a subject that nobody waits for. */
export function subjectWaits(): SubjectWaits {
  const waiting = new Map<string, Set<() => void>>();
  const wake = (subject: string): void => {
    for (const done of [...(waiting.get(subject) ?? [])]) done();
  };
  return {
    wake,
    wakeAll: () => {
      for (const subject of [...waiting.keys()]) wake(subject);
    },
    next: (subjects, signal) =>
      new Promise((resolve) => {
        const done = (): void => {
          for (const subject of subjects) {
            const others = waiting.get(subject);
            others?.delete(done);
            if (others?.size === 0) waiting.delete(subject);
          }
          signal.removeEventListener('abort', done);
          resolve();
        };
        if (signal.aborted) {
          resolve();
          return;
        }
        for (const subject of subjects) waiting.set(subject, (waiting.get(subject) ?? new Set()).add(done));
        signal.addEventListener('abort', done, { once: true });
      }),
    get size() {
      return waiting.size;
    },
  };
}
