import { parse } from 'yaml';

const lanes = ['urgent', 'high', 'normal'] as const;

interface Family {
  readonly name: string;
  readonly lanes?: boolean;
  readonly stages?: readonly string[];
  readonly delays?: Readonly<Record<string, number>>;
  readonly value: string;
  readonly key: string;
  readonly partitions: Readonly<Record<string, number | Readonly<Record<string, number>>>>;
  readonly cleanup?: 'delete' | 'compact' | 'compact+delete';
  readonly retentionHours: number;
}

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

/** Expands `topics.yaml` into one row a topic. A retry or dead-letter topic has the value of the stage's task. */
export function topicRows(yaml: string): readonly TopicRow[] {
  const { presets, families } = parse(yaml) as { presets: readonly string[]; families: readonly Family[] };
  const taskValues = new Map(
    families.filter((family) => family.lanes).map((family) => [family.name, family.value]),
  );
  return families.flatMap((family) => rowsOf(family, presets, taskValues));
}

function rowsOf(
  family: Family,
  presets: readonly string[],
  taskValues: ReadonlyMap<string, string>,
): readonly TopicRow[] {
  const row = (part: Pick<TopicRow, 'name' | 'lane' | 'stage' | 'delayMs'>, value: string): TopicRow => ({
    ...part,
    family: family.name,
    value,
    key: family.key,
    partitions: Object.fromEntries(
      presets.map((preset) => [preset, partitionsOf(family, preset, part.lane)]),
    ),
    cleanup: family.cleanup ?? 'delete',
    retentionMs: family.retentionHours * 3_600_000,
  });
  if (family.lanes) {
    const stage = family.name === 'documents' ? 'preprocess' : family.name.replace(/\.tasks$/, '');
    return lanes.map((lane) =>
      row({ name: `${family.name}.${lane}`, lane, stage, delayMs: null }, family.value),
    );
  }
  return (family.stages ?? [null]).flatMap((stage) => {
    if (stage === null)
      return [row({ name: family.name, lane: null, stage: null, delayMs: null }, family.value)];
    const value = taskValues.get(stage === 'preprocess' ? 'documents' : `${stage}.tasks`);
    if (value === undefined) throw new Error(`${family.name} names the stage ${stage}, which has no tasks`);
    const prefix = `${stage}.${family.name}`;
    if (family.delays === undefined) return [row({ name: prefix, lane: null, stage, delayMs: null }, value)];
    return Object.entries(family.delays).map(([suffix, delayMs]) =>
      row({ name: `${prefix}.${suffix}`, lane: null, stage, delayMs }, value),
    );
  });
}

function partitionsOf(family: Family, preset: string, lane: string | null): number {
  const counts = family.partitions[preset];
  const count = typeof counts === 'object' ? counts[lane ?? ''] : counts;
  if (count === undefined)
    throw new Error(`${family.name} has no partition count for ${preset} ${lane ?? ''}`);
  return count;
}
