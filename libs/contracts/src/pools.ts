import { pooledStages, type StageName } from '@docfleet/domain';
import type { TopicName } from './codec.ts';

/** A stage that a deployment can split into pools. */
export type PooledStage = (typeof pooledStages)[number];

/** A pool: processes of extraction for documents of some classes, with topics and a consumer group of their own. */
export interface Pool {
  readonly name: string;
  /** Names of document classes; none: the pool gets nothing new. */
  readonly classes: readonly string[];
}

const poolName = /^[a-z][a-z0-9-]{0,29}$/;

/** Words that follow the name of a stage in the names of its own topics. */
const reservedNames: ReadonlySet<string> = new Set(['tasks', 'retry', 'dead-letter']);

const pooledTopic = new RegExp(`^(${pooledStages.join('|')})\\.([a-z][a-z0-9-]*)\\.((?:tasks|retry)\\..+)$`);

/** What a text of pools says, or what is wrong with it, as the end of the sentence "expected ...". */
export type ParsedPools = { readonly pools: readonly Pool[] } | { readonly problem: string };

/** Reads pools from `bank=invoice,receipt;forms=registration-form`. `known`: the names of all document classes. */
export function parsePools(text: string, known: readonly string[]): ParsedPools {
  const pools = text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(poolOfText);
  for (const [index, pool] of pools.entries()) {
    const problem = problemOf(pool, pools.slice(0, index), known);
    if (problem !== undefined) return { problem };
  }
  return { pools };
}

function poolOfText(text: string): Pool {
  const [name = '', ...rest] = text.split('=');
  const classes = rest.join('=').split(',');
  return { name: name.trim(), classes: classes.map((each) => each.trim()).filter((each) => each !== '') };
}

function problemOf(pool: Pool, before: readonly Pool[], known: readonly string[]): string | undefined {
  const { name, classes } = pool;
  if (!poolName.test(name) || reservedNames.has(name)) {
    return `pools as name=class,class;name=class, and "${name}" is no name of a pool: a-z, 0-9 and dashes, a letter first, at most 30, and none of ${[...reservedNames].join(', ')}`;
  }
  if (before.some((other) => other.name === name)) return `each pool once, and ${name} stands there twice`;
  for (const [index, documentClass] of classes.entries()) {
    if (!known.includes(documentClass)) {
      return `known document classes, and the pool ${name} names ${documentClass}; there are ${known.join(', ')}`;
    }
    const other = [...before, { name, classes: classes.slice(0, index) }].find((each) =>
      each.classes.includes(documentClass),
    );
    if (other !== undefined) {
      return `each class in one pool, and ${documentClass} is in ${other.name} and in ${name}`;
    }
  }
  return undefined;
}

/**
 * The pool that a file goes to: that of the first of its documents whose class has one. Null: the common processes, which
 * take every class.
 */
export function poolOf(
  documents: readonly { readonly documentClass: string }[],
  pools: readonly Pool[],
): string | null {
  for (const { documentClass } of documents) {
    const pool = pools.find(({ classes }) => classes.includes(documentClass));
    if (pool !== undefined) return pool.name;
  }
  return null;
}

/** A topic of a pooled stage in the pool's version: `extraction.tasks.high` becomes `extraction.bank.tasks.high`. Null: as it is. */
export function topicInPool<T extends TopicName>(topic: T, pool: string | null): T {
  if (pool === null) return topic;
  const stage = pooledStages.find((each) => topic.startsWith(`${each}.`));
  if (stage === undefined) throw new Error(`topic ${topic} belongs to no stage with pools`);
  return `${stage}.${pool}.${topic.slice(stage.length + 1)}` as T;
}

/** The stage's own topic for a topic of one of its pools; every other name as it is. */
export function topicWithoutPool(topic: string): string {
  return topic.replace(pooledTopic, '$1.$3');
}

/** The pools that have topics among these names, by name. */
export function poolsAmong(topicNames: readonly string[]): readonly string[] {
  const found = topicNames.flatMap((name) => pooledTopic.exec(name)?.[2] ?? []);
  return [...new Set(found)].sort();
}

/** The consumer group of a stage, or of one of its pools. */
export function groupOf(stage: StageName, pool: string | null = null): string {
  return pool === null ? stage : `${stage}.${pool}`;
}
