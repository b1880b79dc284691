import { Problem } from '@docfleet/stack';
import { expectEqual } from '../checks/expect.ts';
import type { Part } from '../checks/tally.ts';
import { runChartFleet, type ChartFleetOutcome } from '../fleet/chart-fleet-run.ts';
import { openHelm } from './charts-part.ts';
import type { Context } from './context.ts';

/** As many as go through while every service is replaced twice. */
const documents = 40;

const names = {
  through: 'chart fleet: installed with real servers, upgraded and taken back while documents run',
  scaled: 'chart fleet: every ScaledObject is Ready on real topics and has its HPA',
  once: 'chart fleet: every document ended exactly once, and nothing is left',
} as const;

/** The fleet as the chart installs it, with real servers, as processes of this machine. */
export const chartFleetPart: Part<Context> = {
  name: 'chart-fleet',
  needs: ['keda'],
  checks: Object.values(names),
  run: async (context, tally) => {
    const helm = await openHelm(context);
    let found: ChartFleetOutcome | undefined;
    await tally.check(names.through, async () => {
      found = await runChartFleet(context, helm, documents);
    });
    const outcome = found;
    if (outcome === undefined) return;
    await tally.check(names.scaled, () => {
      const { scaledObjects, horizontalPodAutoscalers } = outcome;
      if (scaledObjects < 7)
        throw new Problem(`There are ${scaledObjects} ScaledObjects: six stages and the gateway have one.`);
      expectEqual('HPAs', horizontalPodAutoscalers, scaledObjects);
      return Promise.resolve();
    });
    await tally.check(names.once, () => {
      expectEqual('violations', outcome.violations, []);
      expectEqual('documents that ended', outcome.ended, documents);
      return Promise.resolve();
    });
  },
};
