/** What happens during a long command, as a message that can travel between processes. */
export type ProgressEvent =
  | { readonly kind: 'started'; readonly id: number; readonly label: string }
  | { readonly kind: 'finished'; readonly id: number; readonly label: string; readonly ms: number }
  | { readonly kind: 'failed'; readonly id: number; readonly label: string; readonly ms: number }
  | { readonly kind: 'note'; readonly text: string };

/** Reports steps to whoever shows them. */
export interface Progress {
  /** Runs a step and reports its start and its end. */
  step<T>(label: string, action: () => Promise<T>): Promise<T>;
  note(text: string): void;
}

export function reportTo(sink: (event: ProgressEvent) => void): Progress {
  let lastId = 0;
  return {
    async step(label, action) {
      const id = (lastId += 1);
      const startedAt = performance.now();
      sink({ kind: 'started', id, label });
      try {
        const result = await action();
        sink({ kind: 'finished', id, label, ms: performance.now() - startedAt });
        return result;
      } catch (error) {
        sink({ kind: 'failed', id, label, ms: performance.now() - startedAt });
        throw error;
      }
    },
    note(text) {
      sink({ kind: 'note', text });
    },
  };
}

/** `0.4 s`, `12.3 s`, `1 min 05 s`. */
export function durationText(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** The line that stays when something ended, undefined for what only begins. */
export function finalLine(event: ProgressEvent): string | undefined {
  switch (event.kind) {
    case 'started':
      return undefined;
    case 'finished':
      return `  done    ${event.label.padEnd(56)} ${durationText(event.ms).padStart(10)}`;
    case 'failed':
      return `  FAILED  ${event.label.padEnd(56)} ${durationText(event.ms).padStart(10)}`;
    case 'note':
      return `  ${event.text}`;
  }
}

/** One line about what is running now, cut to the width of the terminal. */
export function runningLine(labels: readonly string[], elapsedMs: number, columns: number): string {
  const text = `  ...     ${labels.join(', ')} (${Math.floor(elapsedMs / 1000)} s)`;
  return text.length < columns ? text : `${text.slice(0, columns - 4)}...`;
}

/** How often a step without an end is mentioned where lines cannot be rewritten. */
const reminderMs = 10_000;

/** Shows events as lines; on a terminal the last line follows what runs. `close` ends that line. */
export function showProgress(output: NodeJS.WriteStream): {
  sink: (event: ProgressEvent) => void;
  close: () => void;
} {
  const running = new Map<number, { label: string; startedAt: number; remindedAt: number }>();
  const columns = (): number => output.columns || 100;
  const clear = (): void => {
    if (output.isTTY) output.write('\r\x1b[K');
  };
  const tick = (): void => {
    const now = performance.now();
    const steps = [...running.values()];
    const oldest = steps[0];
    if (oldest === undefined) return;
    if (output.isTTY) {
      clear();
      output.write(
        runningLine(
          steps.map((step) => step.label),
          now - oldest.startedAt,
          columns(),
        ),
      );
      return;
    }
    for (const step of steps.filter((each) => now - each.remindedAt >= reminderMs)) {
      step.remindedAt = now;
      output.write(`${runningLine([step.label], now - step.startedAt, columns())}\n`);
    }
  };
  const timer = setInterval(tick, 250);
  timer.unref();
  return {
    sink: (event) => {
      const now = performance.now();
      if (event.kind === 'started')
        running.set(event.id, { label: event.label, startedAt: now, remindedAt: now });
      else if (event.kind !== 'note') running.delete(event.id);
      const line = finalLine(event);
      if (line !== undefined) {
        clear();
        output.write(`${line}\n`);
      }
      if (output.isTTY) tick();
    },
    close: () => {
      clearInterval(timer);
      clear();
    },
  };
}
