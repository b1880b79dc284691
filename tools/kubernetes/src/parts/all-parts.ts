import type { Part } from '../checks/tally.ts';
import type { Context } from './context.ts';
import { chartFleetPart } from './chart-fleet-part.ts';
import { chartUpgradePart, chartsPart } from './charts-part.ts';
import { controlPlanePart } from './control-plane-part.ts';
import { kedaPart } from './keda-part.ts';
import { nodePart } from './node-part.ts';
import { replicasPart } from './replicas-part.ts';
import { podChaosPart, scalingPart } from './scaling-part.ts';

/** Every part, in the order in which they run. */
export const allParts: readonly Part<Context>[] = [
  controlPlanePart,
  nodePart,
  kedaPart,
  scalingPart,
  podChaosPart,
  replicasPart,
  chartsPart,
  chartUpgradePart,
  chartFleetPart,
];
