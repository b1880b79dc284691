import { describe, expect, it } from 'vitest';
import { connectionProblems } from './connection-problems.ts';
import type { NamedServer } from './explain-failure.ts';

const kafka: NamedServer = {
  name: 'Kafka',
  address: 'broker.example:9093',
  prefix: 'KAFKA',
  credentials: 'KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD',
};

const expired = Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' });
const line =
  'Kafka at broker.example:9093 cannot be used: its certificate has expired. Renew the certificate of the server.';

function start() {
  const lines: string[] = [];
  const clock = { ms: 0 };
  const problems = connectionProblems({ now: () => clock.ms, log: (text) => lines.push(text) });
  return { lines, clock, problems, report: problems.reporterOf(kafka) };
}

describe('connectionProblems', () => {
  it('logs a problem once while it lasts, and again after ten minutes', () => {
    const { lines, clock, report } = start();
    for (clock.ms = 0; clock.ms < 600_000; clock.ms += 1_000) report(expired);
    expect(lines).toEqual([line]);
    report(expired);
    expect(lines).toEqual([line, line]);
  });

  it('names it until it was not seen for a while', () => {
    const { clock, problems, report } = start();
    report(expired);
    clock.ms = 45_000;
    expect(problems.current()).toEqual([line]);
    clock.ms += 1;
    expect(problems.current()).toEqual([]);
  });

  it('leaves failures that pass by themselves to the caller', () => {
    const { lines, problems, report } = start();
    report(Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }));
    report('The group is rebalancing, so a rejoin is needed');
    expect([lines, problems.current()]).toEqual([[], []]);
  });
});
