import { Problem } from '@docfleet/stack';
import { expectEqual } from '../checks/expect.ts';
import type { Part, Tally } from '../checks/tally.ts';
import { runScaling, scaledStages, type ScalingOptions, type ScalingOutcome } from '../fleet/scaling-run.ts';
import type { Context } from './context.ts';

/** Documents of each run: enough for every stage to wait, few enough for two cores. */
const documents = 60;

interface Names {
  readonly through: string;
  readonly once: string;
  readonly up: string;
  readonly down: string;
}

function namesOf(kind: string): Names {
  return {
    through: `${kind}: a burst goes through, and the stages come back to their least number of pods`,
    once: `${kind}: every document ended exactly once, and nothing is left`,
    up: `${kind}: every scaled stage reached more pods than its least number`,
    down: `${kind}: pods were taken away while documents were in flight`,
  };
}

const scalingNames = {
  ...namesOf('scaling'),
  redelivered: 'scaling: no document started twice',
} as const;

/** KEDA scales stages of this repository on the lag of their topics. */
export const scalingPart: Part<Context> = {
  name: 'scaling',
  needs: ['keda'],
  checks: Object.values(scalingNames),
  run: async (context, tally) => {
    const outcome = await outcomeOf(context, tally, scalingNames, { documents, killEveryMs: null });
    if (outcome === undefined) return;
    await tally.check(scalingNames.redelivered, () => {
      expectEqual('documents that started again, by stage', outcome.begunAgain, {});
      return Promise.resolve();
    });
  },
};

const chaosNames = { ...namesOf('pod chaos'), kills: 'pod chaos: processes were killed' } as const;

/** The same, while processes of pods are killed at random. */
export const podChaosPart: Part<Context> = {
  name: 'pod-chaos',
  needs: ['keda'],
  checks: Object.values(chaosNames),
  run: async (context, tally) => {
    const outcome = await outcomeOf(context, tally, chaosNames, { documents, killEveryMs: 8_000 });
    if (outcome === undefined) return;
    await tally.check(chaosNames.kills, () => {
      if (outcome.kills < 3) throw new Problem(`Only ${outcome.kills} processes were killed.`);
      return Promise.resolve();
    });
  },
};

async function outcomeOf(
  context: Context,
  tally: Tally,
  names: Names,
  options: ScalingOptions,
): Promise<ScalingOutcome | undefined> {
  let found: ScalingOutcome | undefined;
  await tally.check(names.through, async () => {
    found = await runScaling(context, options);
  });
  const outcome = found;
  if (outcome === undefined) return undefined;
  await tally.check(names.once, () => {
    expectEqual('violations', outcome.violations, []);
    expectEqual('documents that ended', outcome.ended, options.documents);
    return Promise.resolve();
  });
  await tally.check(names.up, () => {
    for (const { name, min } of scaledStages)
      if (outcome.log.mostReady(name) <= Math.max(1, min))
        throw new Problem(`${name} had at most ${outcome.log.mostReady(name)} ready pods.`);
    return Promise.resolve();
  });
  await tally.check(names.down, () => {
    const steps = scaledStages.reduce((sum, { name }) => sum + outcome.log.downInFlight(name), 0);
    if (steps === 0) throw new Problem('Pods were taken away only when every document had ended.');
    return Promise.resolve();
  });
  return outcome;
}
