import { parse } from 'yaml';
import { z } from 'zod';

const lanes = ['urgent', 'high', 'normal'] as const;

/** The family of submissions: what the first stage reads. */
const submissions = 'documents';

const stageName = z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'lower-case words joined by -');
const partitionCount = z.int().positive();

const family = z.strictObject({
  name: z.string().min(1),
  lanes: z.boolean().default(false),
  perStage: z.boolean().default(false),
  delays: z.record(z.string(), z.int().positive()).optional(),
  value: z.string().min(1),
  key: z.string().min(1),
  partitions: z.record(
    z.string(),
    z.union([
      partitionCount,
      z.strictObject({ urgent: partitionCount, high: partitionCount, normal: partitionCount }),
    ]),
  ),
  cleanup: z.enum(['delete', 'compact', 'compact+delete']).default('delete'),
  retentionHours: z.number().positive(),
});
type Family = z.infer<typeof family>;

const topicsFile = z.strictObject({
  presets: z.array(z.string()).min(1),
  stages: z.array(stageName).min(2),
  pooledStages: z.array(stageName).default([]),
  families: z.array(family).min(1),
});

/** One topic as the generated table has it. */
export interface TopicRow {
  readonly name: string;
  readonly family: string;
  readonly value: string;
  readonly key: string;
  readonly lane: string | null;
  readonly stage: string | null;
  readonly delayMs: number | null;
  readonly partitions: Readonly<Record<string, number>>;
  readonly cleanup: string;
  readonly retentionMs: number;
}

/** What `schemas/topics.yaml` says: the stages in order, those that can have pools, and one row a topic. */
export interface TopicsFile {
  readonly stages: readonly string[];
  readonly pooledStages: readonly string[];
  readonly rows: readonly TopicRow[];
}

/** `schemas/topics.yaml` breaks a rule; the message has one line for each problem, with its place. */
export class TopicsFileError extends Error {
  constructor(problems: readonly string[]) {
    super(`schemas/topics.yaml:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'TopicsFileError';
  }
}

/**
 * Reads the stages and expands the families into one row a topic. A retry or dead-letter topic has the value of the
 * stage's task.
 * @throws TopicsFileError naming every problem: unknown keys, wrong types, a stage without tasks
 */
export function parseTopics(yaml: string): TopicsFile {
  const parsed = topicsFile.safeParse(parse(yaml));
  if (!parsed.success) {
    throw new TopicsFileError(
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    );
  }
  const { presets, stages, pooledStages, families } = parsed.data;
  const tasks = new Map(families.filter((each) => each.lanes).map((each) => [each.name, each.value]));
  const problems = [
    ...stages
      .filter((stage) => !tasks.has(tasksOf(stage, stages)))
      .map((stage) => `stages: ${stage} needs a family ${tasksOf(stage, stages)} with lanes: true`),
    ...stages
      .filter((stage, index) => stages.indexOf(stage) !== index)
      .map((stage) => `stages: ${stage} stands there twice`),
    // What the first stage reads is written by tenants, and the last one ends every run.
    ...pooledStages
      .filter((stage) => !stages.slice(1, -1).includes(stage))
      .map((stage) => `pooledStages: ${stage} is not a stage between the first and the last`),
    ...families.flatMap((each) =>
      presets
        .filter((preset) => each.partitions[preset] === undefined)
        .map((preset) => `families: ${each.name} has no partition count for the preset ${preset}`),
    ),
  ];
  if (problems.length > 0) throw new TopicsFileError(problems);
  return { stages, pooledStages, rows: families.flatMap((each) => rowsOf(each, { presets, stages, tasks })) };
}

/** The family that a stage reads. */
function tasksOf(stage: string, stages: readonly string[]): string {
  return stage === stages[0] ? submissions : `${stage}.tasks`;
}

interface Surroundings {
  readonly presets: readonly string[];
  readonly stages: readonly string[];
  /** Family of tasks -> record. */
  readonly tasks: ReadonlyMap<string, string>;
}

function rowsOf(own: Family, { presets, stages, tasks }: Surroundings): readonly TopicRow[] {
  const row = (
    part: Pick<TopicRow, 'name'> & Partial<Pick<TopicRow, 'lane' | 'stage' | 'delayMs' | 'value'>>,
  ): TopicRow => ({
    name: part.name,
    lane: part.lane ?? null,
    stage: part.stage ?? null,
    delayMs: part.delayMs ?? null,
    family: own.name,
    value: part.value ?? own.value,
    key: own.key,
    partitions: Object.fromEntries(
      presets.map((preset) => [preset, partitionsOf(own.partitions[preset], part.lane)]),
    ),
    cleanup: own.cleanup,
    retentionMs: own.retentionHours * 3_600_000,
  });
  if (own.lanes) {
    const stage = own.name === submissions ? stages[0] : own.name.replace(/\.tasks$/, '');
    return lanes.map((lane) =>
      row({ name: `${own.name}.${lane}`, lane, ...(stage !== undefined && { stage }) }),
    );
  }
  if (!own.perStage) return [row({ name: own.name })];
  return stages.slice(0, -1).flatMap((stage) => {
    const value = tasks.get(tasksOf(stage, stages)) ?? own.value;
    const name = `${stage}.${own.name}`;
    if (own.delays === undefined) return [row({ name, stage, value })];
    return Object.entries(own.delays).map(([suffix, delayMs]) =>
      row({ name: `${name}.${suffix}`, stage, delayMs, value }),
    );
  });
}

function partitionsOf(
  counts: Family['partitions'][string] | undefined,
  lane: string | null | undefined,
): number {
  if (typeof counts !== 'object') return counts ?? 0;
  return counts[lanes.find((each) => each === lane) ?? 'normal'];
}

/** Types of the values of pools' topics, whose names have any pool in the place of `${string}`: one line a topic. */
export function poolValueTypes({ pooledStages, rows }: TopicsFile): readonly string[] {
  return rows
    .filter(
      ({ stage, lane, delayMs }) => pooledStages.some((each) => each === stage) && (lane ?? delayMs) !== null,
    )
    .map(({ name, stage, value }) => {
      const rest = name.slice((stage ?? '').length);
      return `[topic: \`${stage ?? ''}.\${string}${rest}\`]: ${value};`;
    });
}

/** Source of `libs/domain/src/generated/stages.ts`, not yet formatted. */
export function stagesModule({ stages, pooledStages }: Pick<TopicsFile, 'stages' | 'pooledStages'>): string {
  return [
    '// Generated by `npm run codegen` from schemas/. Do not edit.',
    '',
    '/** The stages a document passes, in order. The last one ends every run. */',
    `export const stageNames = ${JSON.stringify(stages)} as const;`,
    '',
    '/** The stages that a deployment can split into pools. */',
    `export const pooledStages = ${JSON.stringify(pooledStages)} as const;`,
    '',
  ].join('\n');
}
