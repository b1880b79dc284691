import type { ModelVersion } from '@docfleet/contracts';

/** A version of the models that can be opened. */
export interface InstalledVersion {
  readonly version: string;
  readonly digest: string;
}

/** A version that reads documents. */
export interface OpenVersion<M> {
  readonly models: M;
  close(): Promise<void>;
}

export interface ModelSwitchOptions<V extends InstalledVersion, M> {
  /** The process's own version first. */
  readonly installed: readonly [V, ...V[]];
  /** Opens a version; rejects when it does not work. */
  readonly open: (version: V) => Promise<OpenVersion<M>>;
  /** The pinned version is not here, or does not work: the process reads on with the one that it has. */
  readonly onRefused: (digest: string, error: unknown) => void;
  readonly onSwitched: (version: V) => void;
}

interface Used<V, M> {
  readonly version: V;
  readonly opened: OpenVersion<M>;
  documents: number;
}

/**
 * Reads every document with one version of the models, and later ones with the version that is pinned. A version is used once it
 * has been opened; until then, and when it cannot be, the last good one reads on. The one before is closed when its documents
 * have ended.
 */
export class ModelSwitch<V extends InstalledVersion, M> {
  readonly #options: ModelSwitchOptions<V, M>;
  #current: Used<V, M>;
  #wanted: string | null = null;
  #isMissing = false;
  /** One change after the other. */
  #changing: Promise<void> = Promise.resolve();

  constructor(options: ModelSwitchOptions<V, M>, own: OpenVersion<M>) {
    this.#options = options;
    this.#current = { version: options.installed[0], opened: own, documents: 0 };
  }

  /** Whether a version is pinned that this process does not read with. */
  get isMissing(): boolean {
    return this.#isMissing;
  }

  /** What this process has, as it reports it. */
  versions(): readonly ModelVersion[] {
    return this.#options.installed.map(({ version, digest }) => ({
      version,
      digest,
      inUse: digest === this.#current.version.digest,
    }));
  }

  /** Reads a document with the current version, whatever is pinned meanwhile. */
  async use<T>(work: (models: M) => Promise<T>): Promise<T> {
    const used = this.#current;
    used.documents += 1;
    try {
      return await work(used.opened.models);
    } finally {
      used.documents -= 1;
      if (used !== this.#current && used.documents === 0) await used.opened.close();
    }
  }

  /** Follows what is pinned; null: the process's own version. Resolves when that is decided. */
  pin(digest: string | null): Promise<void> {
    this.#wanted = digest;
    this.#changing = this.#changing.then(() => this.#apply(digest));
    return this.#changing;
  }

  async close(): Promise<void> {
    await this.#changing;
    await this.#current.opened.close();
  }

  async #apply(digest: string | null): Promise<void> {
    // Another one was pinned before it was this one's turn.
    if (this.#wanted !== digest) return;
    const { installed, open, onRefused, onSwitched } = this.#options;
    const target = digest === null ? installed[0] : installed.find((each) => each.digest === digest);
    if (target === undefined) {
      this.#isMissing = true;
      onRefused(digest ?? '', new Error('This process does not have the version'));
      return;
    }
    if (target.digest !== this.#current.version.digest) {
      try {
        const before = this.#current;
        this.#current = { version: target, opened: await open(target), documents: 0 };
        if (before.documents === 0) await before.opened.close();
        onSwitched(target);
      } catch (error) {
        this.#isMissing = true;
        onRefused(target.digest, error);
        return;
      }
    }
    this.#isMissing = false;
  }
}
