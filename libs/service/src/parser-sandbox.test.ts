import type { ChosenSandbox, SandboxLevel } from '@docfleet/workers';
import { expect, test } from 'vitest';
import { parserSandbox } from './parser-sandbox.ts';

/** The level with what was reported of it. */
async function reportOf(chosen: ChosenSandbox) {
  const logged: { severity: string; facts: unknown }[] = [];
  const shown: [string, number][] = [];
  const level = await parserSandbox(
    'best',
    {
      log: {
        info: (_message, facts) => {
          logged.push({ severity: 'info', facts });
        },
        warn: (_message, facts) => {
          logged.push({ severity: 'warn', facts });
        },
      },
      metrics: {
        gauge: () => ({
          set: (labels, value) => {
            shown.push([Object.values<string>(labels).join(), value]);
          },
          inc: () => undefined,
          dec: () => undefined,
        }),
      },
    },
    () => Promise.resolve(chosen),
  );
  return { level, logged, shown };
}

test('the level is one of three in the metric, and in the log', async () => {
  expect(await reportOf({ level: 'namespaces', refused: [] })).toEqual({
    level: 'namespaces',
    logged: [{ severity: 'info', facts: { sandbox: 'namespaces' } }],
    shown: [
      ['namespaces', 1],
      ['system-calls', 0],
      ['limits-open-network', 0],
    ],
  });
});

test.each<SandboxLevel>(['system-calls', 'limits-open-network'])(
  'level %s is a warning with the reasons',
  async (level) => {
    const { logged } = await reportOf({
      level,
      refused: [{ level: 'namespaces', reason: 'no bubblewrap' }],
    });
    expect(logged).toEqual([
      { severity: 'warn', facts: { sandbox: level, reasons: 'namespaces: no bubblewrap' } },
    ]);
  },
);
