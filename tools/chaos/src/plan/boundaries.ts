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

/** Boundaries between two steps at which each service can be killed, in the order of execution. */
export const boundaries: Readonly<Record<ServiceName, readonly string[]>> = {
  gateway: [
    ...around('upload', 'row', 'send', 'acknowledge'),
    // A cancel sends the ending first, then the stop.
    ...around('send-ending', 'send-stop'),
  ],
  preprocess: [...around('claim', 'result'), ...step],
  ocr: [...around('result'), ...step],
  classification: [...step],
  extraction: [...around('result'), ...step],
  validation: [...around('result'), ...step],
  integration: [...around('bundle', 'fence'), ...step],
  ledger: ['ledger-write.before', 'ledger-write.inside', 'ledger-write.after'],
};

/** Whether only a cancel reaches the boundary. */
export function isOfCancel(boundary: string): boolean {
  return boundary.startsWith('send-ending.') || boundary.startsWith('send-stop.');
}
