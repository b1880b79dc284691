import type { Progress } from '@docfleet/stack';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The last line of the command, as other commands of tests print it. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** 0 only when something passed and nothing failed; what was left out on request does not count. */
export function exitCodeOf({ passed, failed }: Counts): number {
  return failed === 0 && passed > 0 ? 0 : 1;
}

/** A group of checks that stand on the same preparation, `C`. */
export interface Part<C> {
  readonly name: string;
  /** Parts that must run before. */
  readonly needs?: readonly string[];
  /** Names of its checks, so that those of a part that cannot run are counted. */
  readonly checks: readonly string[];
  run(context: C, tally: Tally): Promise<void>;
}

export interface Chosen<C> {
  readonly wanted: readonly Part<C>[];
  readonly others: readonly Part<C>[];
}

/** Parts whose name contains one of the words, with those that they need; without words, all. */
export function chooseParts<C>(parts: readonly Part<C>[], words: readonly string[]): Chosen<C> {
  const named = parts.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  const names = new Set(named.flatMap(({ name, needs = [] }) => [name, ...needs]));
  return {
    wanted: parts.filter(({ name }) => names.has(name)),
    others: parts.filter(({ name }) => !names.has(name)),
  };
}

/** Counts checks by their outcome. A check that did not run has failed. */
export class Tally {
  readonly #progress: Progress;
  readonly #outcomes = new Map<string, 'passed' | 'failed' | 'skipped'>();
  readonly #explain: (error: unknown) => string;

  constructor(progress: Progress, explain: (error: unknown) => string) {
    this.#progress = progress;
    this.#explain = explain;
  }

  /** Runs one check of a part; its failure is told and counted, and the next one runs. */
  async check(name: string, action: () => Promise<void>): Promise<boolean> {
    try {
      await this.#progress.step(name, action);
      this.#outcomes.set(name, 'passed');
      return true;
    } catch (error) {
      this.#outcomes.set(name, 'failed');
      this.#progress.note(this.#explain(error));
      return false;
    }
  }

  /** Runs a part. Checks that it did not come to have failed. */
  async part<C>(part: Part<C>, context: C): Promise<void> {
    this.#progress.note(`--- ${part.name}`);
    try {
      await part.run(context, this);
    } catch (error) {
      this.#progress.note(`${part.name} could not go on. ${this.#explain(error)}`);
    }
    this.failRest(part.checks);
  }

  skip(checks: readonly string[]): void {
    for (const name of checks) this.#outcomes.set(name, 'skipped');
  }

  /** Counts checks that did not run as failed. */
  failRest(checks: readonly string[]): void {
    for (const name of checks) {
      if (this.#outcomes.has(name)) continue;
      this.#outcomes.set(name, 'failed');
      this.#progress.note(`not run, so failed: ${name}`);
    }
  }

  counts(): Counts {
    const all = [...this.#outcomes.values()];
    const of = (outcome: string): number => all.filter((each) => each === outcome).length;
    return { passed: of('passed'), failed: of('failed'), skipped: of('skipped') };
  }

  /** Names of the checks that failed. */
  failed(): readonly string[] {
    return [...this.#outcomes].filter(([, outcome]) => outcome === 'failed').map(([name]) => name);
  }
}
