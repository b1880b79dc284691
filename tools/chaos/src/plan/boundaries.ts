import type { StageName } from '@docfleet/domain';
import type { ServiceName } from '@docfleet/stack';

const step = [
  'step.before',
  'step.begun',
  'step.offset-sent',
  'step.records-sent',
  'step.committing',
  'step.after',
] as const;

/** Around a transaction of the database, and inside it before the commit. */
const transaction = ['transaction.before', 'transaction.inside', 'transaction.after'] as const;

const around = (...names: readonly string[]): string[] =>
  names.flatMap((name) => [`${name}.before`, `${name}.after`]);

/** What a stage does outside of Kafka before its step; a stage that is not named here writes one result. */
const effects: Readonly<Partial<Record<StageName, readonly string[]>>> = {
  preprocess: ['claim', 'result'],
  classification: [],
  integration: ['bundle', 'fence'],
};

/** The places between two steps at which a service can be killed, in the order it comes to them. */
export function boundariesOf(service: ServiceName): readonly string[] {
  // The last two are those of a cancel: the ending first, then the stop.
  if (service === 'gateway')
    return around('upload', 'row', 'send', 'acknowledge', 'send-ending', 'send-stop');
  if (service === 'ledger') return transaction;
  // It stores deliveries, sends them, and notes how that went.
  if (service === 'webhooks') return [...transaction, ...around('note')];
  // Nothing that it does decides about a run in progress, so it is killed at any moment.
  if (service === 'retention') return [];
  return [...around(...(effects[service] ?? ['result'])), ...step];
}

/** Boundaries that only a cancel comes to. */
export function isOfCancel(boundary: string): boolean {
  return boundary.startsWith('send-ending.') || boundary.startsWith('send-stop.');
}
