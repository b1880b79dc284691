import type { ServiceName } from '@docfleet/stack';

const step = [
  'step.before',
  'step.begun',
  'step.offset-sent',
  'step.records-sent',
  'step.committing',
  'step.after',
] as const;

const around = (...names: readonly string[]): string[] =>
  names.flatMap((name) => [`${name}.before`, `${name}.after`]);

/** The places between two steps at which each service can be killed, in the order it comes to them. */
export const boundaries: Readonly<Record<ServiceName, readonly string[]>> = {
  gateway: [
    ...around('upload', 'row', 'send', 'acknowledge'),
    // A cancel: the ending first, then the stop.
    ...around('send-ending', 'send-stop'),
  ],
  preprocess: [...around('claim', 'result'), ...step],
  ocr: [...around('result'), ...step],
  classification: [...step],
  extraction: [...around('result'), ...step],
  validation: [...around('result'), ...step],
  integration: [...around('bundle', 'fence'), ...step],
  ledger: ['book.before', 'book.inside', 'book.after'],
};

/** Boundaries that only a cancel comes to. */
export function isOfCancel(boundary: string): boolean {
  return boundary.startsWith('send-ending.') || boundary.startsWith('send-stop.');
}
