/** The task that this tab has claimed ahead. */
export interface Ahead {
  readonly taskId: string;
  /** The class that was asked for; null: any. */
  readonly documentClass: string | null;
}

/** The task in a stored text; damage is none. Only this console writes it. */
export function readAhead(text: string | null): Ahead | undefined {
  try {
    const { taskId, documentClass } = (JSON.parse(text ?? 'null') ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof taskId !== 'string' || taskId === '') return undefined;
    return { taskId, documentClass: typeof documentClass === 'string' ? documentClass : null };
  } catch {
    return undefined;
  }
}
