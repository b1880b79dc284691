import type { Expectations, Facts, TenantEvent, WebhookMessage } from './facts.ts';
import type { Violation } from './violation.ts';

/**
 * Each event of a tenant that listens: taken by its receiver at least once, under one id that no other event has, and after
 * the events of its subject that come before it. Nothing else arrives.
 */
export function judgeWebhooks(
  facts: Pick<Facts, 'tenantEvents' | 'terminal' | 'messages'>,
  expected: Pick<Expectations, 'listening'>,
): readonly Violation[] {
  const arrived = Map.groupBy(facts.messages, eventOf);
  const told = new Set(toldEvents(facts, expected).map(eventOf));
  return [
    ...[...told].flatMap((event) => {
      const messages = arrived.get(event) ?? [];
      if (messages.some(({ taken }) => taken)) return [];
      return [violation(`${event} was never delivered (${messages.length} attempts)`)];
    }),
    ...[...arrived.keys()]
      .filter((event) => !told.has(event))
      .map((event) => violation(`${event} never was`)),
    ...judgeIds(facts.messages),
    ...judgeOrder(facts.messages),
  ];
}

/** What the receiver of each tenant must get. */
function toldEvents(
  { terminal, tenantEvents }: Pick<Facts, 'tenantEvents' | 'terminal'>,
  { listening }: Pick<Expectations, 'listening'>,
): readonly TenantEvent[] {
  const ofRuns = terminal.map(({ tenantId: tenant, runId: subject, revision, status }): TenantEvent => {
    return {
      tenant,
      type: `document.${status.startsWith('completed') ? 'completed' : 'failed'}`,
      subject,
      revision,
    };
  });
  return [...ofRuns, ...tenantEvents].filter(({ tenant }) => listening.has(tenant));
}

function eventOf({ tenant, type, subject, revision }: TenantEvent): string {
  return `${type} of ${subject} revision ${revision} to ${tenant}`;
}

function violation(detail: string): Violation {
  return { kind: 'webhook', runId: null, detail };
}

function judgeIds(messages: readonly WebhookMessage[]): readonly Violation[] {
  const pairs = new Map(messages.map((message) => [`${message.id} ${eventOf(message)}`, message]));
  const all = [...pairs.values()];
  return [
    ...repeatedIn(all.map(eventOf)).map((event) => violation(`${event} has several ids`)),
    ...repeatedIn(all.map(({ id }) => id)).map((id) => violation(`several events have the id ${id}`)),
  ];
}

function repeatedIn(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

/** An event is sent once those before it were taken, and those before it are not sent again after that. */
function judgeOrder(messages: readonly WebhookMessage[]): readonly Violation[] {
  const bySubject = Map.groupBy(messages, ({ tenant, subject }) => `${subject} to ${tenant}`);
  return [...bySubject].flatMap(([subject, own]) => {
    const revisions = own.map(({ revision }) => revision);
    const inOrder = revisions.every(
      (revision, index) => index === 0 || revision >= (revisions[index - 1] ?? 0),
    );
    return inOrder ? [] : [violation(`${subject} arrived in the order ${revisions.join(', ')}`)];
  });
}
