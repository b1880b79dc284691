import { expect, it } from 'vitest';
import { followReport } from './follow-report.ts';
import { createMetrics } from './metrics.ts';

it('R-06: a record that is passed over is counted by topic and logged with its position', async () => {
  const metrics = createMetrics('ocr');
  const lines: unknown[] = [];
  const report = followReport({
    metrics,
    log: {
      warn: (message, facts) => lines.push(['warn', message, facts]),
      error: (message, error, facts) => lines.push(['error', message, String(error), facts]),
    },
  });
  report.unusable(new Error('not Avro'), { topic: 'documents.control', partition: 0, offset: 7n });
  report.waiting(new Error('no answer'), { topic: 'fleet.level', records: 2 });
  expect(lines).toEqual([
    [
      'error',
      'A followed record cannot be used and is passed over',
      'Error: not Avro',
      { topic: 'documents.control', partition: 0, offset: '7' },
    ],
    [
      'warn',
      'Followed records wait for the schema registry; trying again every second',
      { topic: 'fleet.level', records: 2, reason: 'Error: no answer' },
    ],
  ]);
  expect(await metrics.text()).toContain(
    'docfleet_unusable_records_total{topic="documents.control",service="ocr"} 1',
  );
});
