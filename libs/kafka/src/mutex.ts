/** Runs actions one after the other, in the order of the calls. */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#last.then(action);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Resolves when all actions passed to `run` until now have ended. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
