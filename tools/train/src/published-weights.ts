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

export interface Publication {
  readonly at: Date;
  readonly reason: string | null;
  readonly measured: Measured;
}

/**
 * Weights of one class in a folder that extraction follows (`EXTRACTION_WEIGHTS_DIR`): `<class>.v<version>.json` is in use,
 * and `published/<class>.v<version>/` has every version that was, with `history.jsonl`.
 */
export interface PublishedWeights {
  /** The class with the weights that are in use: of the folder, else its own. @throws TrainingError for a broken file */
  inUse(): DocumentClass;
  /** Brings weights into use, and returns their digest; those before can be rolled back to. */
  publish(weights: string, publication: Publication): string;
  /**
   * Brings back the weights that were in use before the latest publication that was not rolled back yet.
   * @throws TrainingError when there is none
   */
  rollBack(given: Pick<Publication, 'at' | 'reason'>): PublishedEntry;
  /** What was published and rolled back, oldest first. @throws TrainingError for a line that is none */
  entries(): readonly PublishedEntry[];
}

export function publishedWeights(folder: string, documentClass: DocumentClass): PublishedWeights {
  const name = `${documentClass.name}.v${documentClass.version}`;
  const file = join(folder, `${name}.json`);
  const history = join(folder, 'published', name);

  const weighted = (text: string): DocumentClass => {
    try {
      return withWeights(documentClass, text);
    } catch (cause) {
      throw new TrainingError(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, {
        cause,
      });
    }
  };
  const keep = (text: string): string => {
    const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
    mkdirSync(history, { recursive: true });
    writeFileSync(join(history, `${digest}.json`), text);
    return digest;
  };
  // Also where it was put there by hand.
  const keepCurrent = (): string | null => (existsSync(file) ? keep(readFileSync(file, 'utf8')) : null);
  // Whole or not at all: extraction may read the folder at any moment.
  const use = (text: string): void => {
    const draft = join(history, 'draft');
    writeFileSync(draft, text);
    renameSync(draft, file);
  };
  const note = (line: PublishedEntry): PublishedEntry => {
    appendFileSync(join(history, 'history.jsonl'), `${JSON.stringify(line)}\n`);
    return line;
  };
  const entries = (): readonly PublishedEntry[] => readHistory(join(history, 'history.jsonl'));

  return {
    inUse: () => (existsSync(file) ? weighted(readFileSync(file, 'utf8')) : documentClass),
    publish: (weights, { at, reason, measured }) => {
      weighted(weights);
      const previous = keepCurrent();
      const digest = keep(weights);
      use(weights);
      note({ at: at.toISOString(), kind: 'publish', digest, previous, reason, ...measured });
      return digest;
    },
    rollBack: ({ at, reason }) => {
      const undone = latestPublication(entries());
      if (undone === undefined)
        throw new TrainingError(`${folder}: no weights of ${name} were published that could be rolled back`);
      const before = keepCurrent();
      if (undone.previous === null) rmSync(file, { force: true });
      else use(readFileSync(join(history, `${undone.previous}.json`), 'utf8'));
      return note({
        ...{ at: at.toISOString(), kind: 'rollback', digest: undone.previous, previous: before, reason },
        ...{ gain: null, documents: null, groups: null },
      });
    },
    entries,
  };
}

function readHistory(file: string): readonly PublishedEntry[] {
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
function latestPublication(entries: readonly PublishedEntry[]): PublishedEntry | undefined {
  const standing: PublishedEntry[] = [];
  for (const line of entries) {
    if (line.kind === 'publish') standing.push(line);
    else standing.pop();
  }
  return standing.at(-1);
}
