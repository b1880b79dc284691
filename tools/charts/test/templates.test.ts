import { spawnSync } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import { chartCopy, type ChartCopy } from '../src/chart-copy.ts';
import { builtTool, root } from './fixtures.ts';

const helm = builtTool('helm');
const unittest = builtTool('helm-unittest');

let made: ChartCopy | undefined;
afterAll(() => made?.remove());

describe.runIf(helm !== undefined && unittest !== undefined)('O-01, O-02: tests of the templates', () => {
  it.each(['main', 'keda'] as const)('the suites of the chart %s pass', (chart) => {
    made ??= chartCopy(root, helm ?? '');
    const { status, stdout } = spawnSync(unittest ?? '', [made[chart]], { encoding: 'utf8' });
    const failed = stdout.split('\n').filter((line) => line.includes('FAIL') || line.includes('### Error'));
    expect({ status, failed }).toEqual({ status: 0, failed: [] });
    expect(Number(/Tests: +(\d+) passed/.exec(stdout)?.[1])).toBeGreaterThan(10);
  });
});
