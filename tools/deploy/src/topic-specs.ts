import { topicsWithPools, type Topic, type TopicPreset } from '@docfleet/contracts';
import type { TopicSpec } from '@docfleet/kafka';

const hourMs = 3_600_000;
/** Largest batch a broker takes, in bytes: Kafka's own default, written down because chunks of records rely on it. */
const maxBatchBytes = 1_048_588;

/** The topics of `schemas/topics.yaml`, and of pools, as they shall be on a cluster. `prefix` comes before every name. */
export function topicSpecs(
  preset: TopicPreset,
  { prefix = '', pools = [] }: { readonly prefix?: string; readonly pools?: readonly string[] } = {},
): TopicSpec[] {
  return topicsWithPools(pools).map((topic) => ({
    name: `${prefix}${topic.name}`,
    partitions: topic.partitions[preset],
    config: configOf(topic),
  }));
}

function configOf(topic: Topic): Record<string, string> {
  return {
    'cleanup.policy': topic.cleanup.replace('+', ','),
    'max.message.bytes': String(maxBatchBytes),
    ...(topic.cleanup !== 'compact' && { 'retention.ms': String(topic.retentionMs) }),
    ...segmentOf(topic),
    ...(isIntake(topic) && intakeConfig),
  };
}

/**
 * Only closed segments are cleaned, and they close after a week by default: what is compacted or short-lived, and read
 * from its beginning by every process, closes them sooner.
 */
function segmentOf(topic: Topic): Record<string, string> {
  if (topic.cleanup !== 'delete') return { 'segment.ms': String(hourMs) };
  if (topic.retentionMs < 24 * hourMs) return { 'segment.ms': String(topic.retentionMs / 2) };
  return {};
}

/** Lanes that tenants write to. */
function isIntake(topic: Topic): boolean {
  return topic.stage === 'preprocess' && topic.lane !== null;
}

const intakeConfig = {
  // kafkajs cannot read snappy, lz4 or zstd: one such batch would stop every partition that is fetched with it.
  'compression.type': 'uncompressed',
  // A tenant's clock decides neither how long a record is kept nor what its run is called.
  'message.timestamp.type': 'LogAppendTime',
};
