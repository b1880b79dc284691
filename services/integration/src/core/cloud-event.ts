/** Type of the event in each terminal topic. */
const types = {
  'documents.completed': 'docfleet.document.completed',
  'documents.failed': 'docfleet.document.failed',
} as const;

/**
 * The attributes of a terminal event as CloudEvents 1.0 names them, in the binary mode of its binding to Kafka: the value
 * stays as it is. They depend on the stored outcome alone, so that every emission of it has the same.
 */
export function cloudEventHeaders(
  topic: keyof typeof types,
  outcome: { readonly runId: string; readonly outcomeId: string; readonly claimedAt: number },
): Readonly<Record<string, string>> {
  return {
    ce_specversion: '1.0',
    ce_id: outcome.outcomeId,
    ce_source: '/docfleet',
    ce_type: types[topic],
    ce_subject: outcome.runId,
    ce_time: new Date(outcome.claimedAt).toISOString(),
    'content-type': 'application/avro',
  };
}
