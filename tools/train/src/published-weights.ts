import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { withWeights, type DocumentClass } from '@docfleet/contracts';
import { z } from 'zod';
import { TrainingError } from './training-error.ts';

const entry = z.object({
  /** ISO 8601. */
  at: z.string(),
  kind: z.enum(['publish', 'rollback']),
  /** Digest of the weights that came into use; null: those of the class file. */
  digest: z.string().nullable(),
  /** Those that were in use before. */
  previous: z.string().nullable(),
  reason: z.string().nullable(),
  /** What they gain in a group never seen, and on how many documents and groups that was measured. */
  gain: z.number().nullable(),
  documents: z.int().nullable(),
  groups: z.int().nullable(),
});

/** A line of the history of a class's weights. */
export type PublishedEntry = z.infer<typeof entry>;

export type Measured = Pick<PublishedEntry, 'gain' | 'documents' | 'groups'>;

/**
 * Weights of one class in a folder that extraction follows (`EXTRACTION_WEIGHTS_DIR`): `<class>.v<version>.json` is in use,
 * and `published/<class>.v<version>/` has every version that was, with `history.jsonl`.
 */
export class PublishedWeights {
  readonly #folder: string;
  readonly #documentClass: DocumentClass;
  readonly #name: string;

  constructor(folder: string, documentClass: DocumentClass) {
    this.#folder = folder;
    this.#documentClass = documentClass;
    this.#name = `${documentClass.name}.v${documentClass.version}`;
  }

  /** The class with the weights that are in use: of the folder, else its own. @throws TrainingError for a broken file */
  inUse(): DocumentClass {
    const text = this.#current();
    return text === undefined ? this.#documentClass : this.#withWeights(text);
  }

  /** Brings weights into use, and returns their digest; those before can be rolled back to. */
  publish(
    weights: string,
    { at, reason, measured }: { at: Date; reason: string | null; measured: Measured },
  ): string {
    this.#withWeights(weights);
    const before = this.#keepCurrent();
    const digest = this.#keep(weights);
    this.#use(weights);
    this.#note({ at: at.toISOString(), kind: 'publish', digest, previous: before, reason, ...measured });
    return digest;
  }

  /**
   * Brings back the weights that were in use before the latest publication that was not rolled back yet.
   * @throws TrainingError when there is none
   */
  rollBack({ at, reason }: { at: Date; reason: string | null }): PublishedEntry {
    const undone = this.#latestPublication();
    if (undone === undefined)
      throw new TrainingError(
        `${this.#folder}: no weights of ${this.#name} were published that could be rolled back`,
      );
    const before = this.#keepCurrent();
    if (undone.previous === null) rmSync(this.#file(), { force: true });
    else this.#use(readFileSync(join(this.#history(), `${undone.previous}.json`), 'utf8'));
    const none = { gain: null, documents: null, groups: null };
    const line = {
      at: at.toISOString(),
      kind: 'rollback',
      digest: undone.previous,
      previous: before,
      reason,
    } as const;
    return this.#note({ ...line, ...none });
  }

  /** What was published and rolled back, oldest first. @throws TrainingError for a line that is none */
  entries(): readonly PublishedEntry[] {
    const file = join(this.#history(), 'history.jsonl');
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, 'utf8').split('\n');
    return lines.flatMap((line, i) => {
      if (line.trim() === '') return [];
      try {
        return [entry.parse(JSON.parse(line))];
      } catch (error) {
        throw new TrainingError(`${file}, line ${i + 1}: not an entry of the history`, { cause: error });
      }
    });
  }

  /** Each rollback takes back one publication, the latest first. */
  #latestPublication(): PublishedEntry | undefined {
    const standing: PublishedEntry[] = [];
    for (const line of this.entries()) {
      if (line.kind === 'publish') standing.push(line);
      else standing.pop();
    }
    return standing.at(-1);
  }

  #withWeights(text: string): DocumentClass {
    try {
      return withWeights(this.#documentClass, text);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new TrainingError(`${this.#file()}: ${message}`, { cause });
    }
  }

  #current(): string | undefined {
    return existsSync(this.#file()) ? readFileSync(this.#file(), 'utf8') : undefined;
  }

  /** Keeps what is in use, also where it was put there by hand. */
  #keepCurrent(): string | null {
    const text = this.#current();
    return text === undefined ? null : this.#keep(text);
  }

  #keep(text: string): string {
    const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
    mkdirSync(this.#history(), { recursive: true });
    writeFileSync(join(this.#history(), `${digest}.json`), text);
    return digest;
  }

  /** Whole or not at all: extraction may read the folder at any moment. */
  #use(text: string): void {
    const draft = join(this.#history(), 'draft');
    writeFileSync(draft, text);
    renameSync(draft, this.#file());
  }

  #note(line: PublishedEntry): PublishedEntry {
    appendFileSync(join(this.#history(), 'history.jsonl'), `${JSON.stringify(line)}\n`);
    return line;
  }

  #file(): string {
    return join(this.#folder, `${this.#name}.json`);
  }

  #history(): string {
    return join(this.#folder, 'published', this.#name);
  }
}
