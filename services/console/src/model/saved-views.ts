import { readJobFilter, type JobFilter } from './filters.ts';

/** A list of documents under a name, kept in this browser. */
export interface SavedView {
  readonly name: string;
  readonly filter: JobFilter;
}

/** The views in a stored text; what is damaged is no view. */
export function readViews(text: string | null): readonly SavedView[] {
  try {
    const parsed = JSON.parse(text ?? '[]') as unknown;
    if (!Array.isArray(parsed)) return [];
    return parsed.flatMap((entry: unknown): SavedView[] => {
      const { name, filter } = (entry ?? {}) as { name?: unknown; filter?: unknown };
      if (typeof name !== 'string' || typeof filter !== 'object' || filter === null) return [];
      return [{ name, filter: readJobFilter(filter as Record<string, unknown>) }];
    });
  } catch {
    return [];
  }
}

/** The views with one more; one of the same name is replaced. */
export function withView(views: readonly SavedView[], added: SavedView): readonly SavedView[] {
  return [...views.filter(({ name }) => name !== added.name), added].sort((a, b) =>
    a.name.localeCompare(b.name),
  );
}

export function withoutView(views: readonly SavedView[], removed: string): readonly SavedView[] {
  return views.filter(({ name }) => name !== removed);
}
