import { parse } from 'yaml';
import { z } from 'zod';

const replicas = z.int().positive();
const percent = z.int().min(1).max(100);

const bounds = { minReplicas: replicas, maxReplicas: replicas };

/** How far a stage scales, and on what (O-02). */
const stageScaling = z.strictObject({
  ...bounds,
  /** Records behind, in all lanes together, that ask for one more replica. */
  lagPerReplica: z.int().positive(),
  /** Use of the requested CPU, in percent, above which replicas are added as well. */
  cpuUtilisation: percent.optional(),
  /** Use of the GPU, in percent, above which replicas are added as well, where the stage has one. */
  gpuUtilisation: percent.optional(),
});

/** How far a service scales that reads no tasks. Equal bounds: it has that many replicas. */
const serviceScaling = z.strictObject({
  ...bounds,
  requestsPerSecondPerReplica: z.int().positive().optional(),
});

const scalingFile = z.strictObject({
  stages: z.record(z.string(), stageScaling),
  services: z.record(z.string(), serviceScaling),
  /** Work waiting, in seconds of one replica, that asks for one more replica. */
  backlogSecondsPerReplica: z.int().positive(),
  scaleUp: z.strictObject({
    pods: replicas,
    periodSeconds: z.int().positive(),
    stabilizationSeconds: z.int(),
  }),
  scaleDown: z.strictObject({
    percent,
    periodSeconds: z.int().positive(),
    stabilizationSeconds: z.int(),
  }),
});

export type Scaling = z.infer<typeof scalingFile>;

/** Reads `keda/scaling.yaml`. @throws Error naming every problem */
export function parseScaling(yaml: string): Scaling {
  const parsed = scalingFile.safeParse(parse(yaml));
  if (!parsed.success) throw new Error(`keda/scaling.yaml:\n${z.prettifyError(parsed.error)}`);
  const turned = Object.entries({ ...parsed.data.stages, ...parsed.data.services })
    .filter(([, { minReplicas, maxReplicas }]) => minReplicas > maxReplicas)
    .map(([name]) => `  ${name}: minReplicas is more than maxReplicas`);
  if (turned.length > 0) throw new Error(`keda/scaling.yaml:\n${turned.join('\n')}`);
  return parsed.data;
}
