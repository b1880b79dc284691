import type { ClassDraft, DraftedClass, DraftPool, Mark } from '@docfleet/class-training';
import {
  FailureError,
  mapConcurrently,
  type Line,
  type PageReading,
  type TenantRole,
} from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';
import { InvalidRequest, type RequestFault } from './core/problem.ts';
import type { RunArtifacts } from './run-artifacts.ts';

/** Readings loaded at once. */
const readsAtOnce = 4;

/** Most pages of all examples together: learning holds the words of all of them in memory. */
const maxPages = 200;

/** A word of a page: which line of `words.json`, and which word of it, both from 0. */
export interface WordAddress {
  readonly line: number;
  readonly word: number;
}

export interface MarkOfRun extends Pick<Mark, 'field' | 'page'> {
  readonly words: readonly WordAddress[];
}

/** A draft as a client sends it: its examples are jobs that have ended, and marks name words of theirs. */
export interface DraftOfRuns extends Omit<ClassDraft, 'examples'> {
  readonly examples: readonly { readonly runId: string; readonly marks: readonly MarkOfRun[] }[];
}

/** Proposes document classes from examples that a person marked. Nothing is kept. */
export interface ClassDrafts {
  /**
   * @throws InvalidRequest that names every mark that stands for no words; FailureError `NOT_FOUND` for a job that is not the
   * tenant's or has not ended, `DOC_TOO_LARGE`, `SERVICE_UNAVAILABLE`, `WORKER_CRASHED`
   */
  propose(
    caller: { readonly tenantId: string; readonly role: TenantRole },
    draft: DraftOfRuns,
    signal: AbortSignal,
  ): Promise<DraftedClass>;
}

export interface ClassDraftParts {
  readonly artifacts: Pick<RunArtifacts, 'runOf' | 'find'>;
  readonly store: Pick<ObjectStore, 'readJson'>;
  readonly pool: Pick<DraftPool, 'draft'>;
}

export function createClassDrafts({ artifacts, store, pool }: ClassDraftParts): ClassDrafts {
  return {
    propose: async ({ tenantId, role }, draft, signal) => {
      const limit = { limit: readsAtOnce, signal };
      const readings = await mapConcurrently(draft.examples, limit, async ({ runId }, stop) => {
        const run = await artifacts.runOf(tenantId, runId);
        const { uri } = await artifacts.find(run, 'words.json', role, stop);
        // The gateway has written it itself.
        return store.readJson(uri, (value) => readingsOf(value as WordsFile), stop);
      });
      const pages = readings.reduce((sum, each) => sum + each.length, 0);
      if (pages > maxPages) throw new FailureError('DOC_TOO_LARGE', { limit: maxPages, actual: pages });
      return pool.draft(markedDraft(draft, readings), signal);
    },
  };
}

interface WordsFile {
  readonly pages: readonly {
    readonly page: number;
    readonly widthPx: number;
    readonly heightPx: number;
    readonly lines: readonly Line[];
  }[];
}

function readingsOf({ pages }: WordsFile): readonly PageReading[] {
  return pages.map(({ page, widthPx, heightPx, lines }) => ({
    page,
    widthPx,
    heightPx,
    engine: 'text-layer',
    engineVersion: 'words.json',
    lines,
  }));
}

/** The draft with the words that its marks name. @throws InvalidRequest */
export function markedDraft(draft: DraftOfRuns, readings: readonly (readonly PageReading[])[]): ClassDraft {
  const faults: RequestFault[] = [...namesTwice(draft)];
  const known = new Set(draft.fields.map(({ name }) => name));
  const examples = draft.examples.map(({ runId, marks }, e) => {
    const pages = readings[e] ?? [];
    const seen = new Set<string>();
    const found = marks.map((mark, m): Mark => {
      const path = `examples.${e}.marks.${m}`;
      if (!known.has(mark.field)) faults.push({ path: `${path}.field`, message: 'not a field of the draft' });
      if (seen.has(mark.field))
        faults.push({ path: `${path}.field`, message: 'marked twice in this example' });
      seen.add(mark.field);
      const lines = pages.find(({ page }) => page === mark.page)?.lines;
      const words = mark.words.flatMap(({ line, word }, w) => {
        const at = lines?.[line]?.words[word];
        if (at === undefined)
          faults.push({ path: `${path}.words.${w}`, message: 'no such word on this page in words.json' });
        return at ?? [];
      });
      return { field: mark.field, page: mark.page, words };
    });
    return { id: runId, pages, marks: found };
  });
  if (faults.length > 0) throw new InvalidRequest(faults);
  const { name, title, fields } = draft;
  return { name, title, fields, examples };
}

function namesTwice({ fields, examples }: DraftOfRuns): readonly RequestFault[] {
  const twice = (values: readonly string[], path: (index: number) => string): readonly RequestFault[] =>
    values.flatMap((value, i) =>
      values.indexOf(value) === i ? [] : [{ path: path(i), message: 'stands there twice' }],
    );
  return [
    ...twice(
      fields.map(({ name }) => name),
      (i) => `fields.${i}.name`,
    ),
    ...twice(
      examples.map(({ runId }) => runId.toLowerCase()),
      (i) => `examples.${i}.runId`,
    ),
  ];
}
