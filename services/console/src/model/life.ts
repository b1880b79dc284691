/** Something that happened to a document. */
export type LifeEvent =
  | {
      readonly kind: 'stage';
      readonly revision: number;
      readonly stage: string;
      /** As the API names it: accepted, finished, retrying and others. */
      readonly what: string;
      readonly attempt: number;
      readonly code: string | null;
      readonly at: string;
    }
  | {
      readonly kind: 'ended';
      readonly revision: number;
      readonly status: string;
      readonly code: string | null;
      readonly at: string;
    };

/** The events with one more, once each, in their order of time: a stream may tell again what it has told. */
export function lifeOf(events: readonly LifeEvent[], added: LifeEvent): readonly LifeEvent[] {
  const text = JSON.stringify(added);
  if (events.some((event) => JSON.stringify(event) === text)) return events;
  return [...events, added].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Time of a stage of a document, in milliseconds. */
export interface StageTime {
  readonly stage: string;
  readonly attempt: number;
  readonly queuedMs: number;
  readonly activeMs: number;
}

/** A stage on the scale of the whole document: shares of the bar, from 0 to 1. */
export interface StageBar extends StageTime {
  readonly start: number;
  readonly queued: number;
  readonly active: number;
}

/** The stages one after the other, as parts of the time of all. */
export function barsOf(timings: readonly StageTime[]): readonly StageBar[] {
  const totalMs = Math.max(
    1,
    timings.reduce((sum, { queuedMs, activeMs }) => sum + queuedMs + activeMs, 0),
  );
  let before = 0;
  return timings.map((timing) => {
    const { queuedMs, activeMs } = timing;
    const bar = {
      ...timing,
      start: before / totalMs,
      queued: queuedMs / totalMs,
      active: activeMs / totalMs,
    };
    before += queuedMs + activeMs;
    return bar;
  });
}
