import { describe, expect, it } from 'vitest';
import { topicSpecs } from './topic-specs.ts';

const byName = new Map(topicSpecs('published').map((spec) => [spec.name, spec]));

describe('topicSpecs', () => {
  it('gives intake lanes the published partitions, and keeps tenants from choosing codec and time (M-02)', () => {
    expect(byName.get('documents.high')).toEqual({
      name: 'documents.high',
      partitions: 6,
      config: {
        'cleanup.policy': 'delete',
        'max.message.bytes': '1048588',
        'retention.ms': '604800000',
        'compression.type': 'uncompressed',
        'message.timestamp.type': 'LogAppendTime',
      },
    });
  });

  it('closes segments early where topics are compacted or short-lived', () => {
    expect(byName.get('documents.control')?.config).toEqual({
      'cleanup.policy': 'compact,delete',
      'max.message.bytes': '1048588',
      'retention.ms': '604800000',
      'segment.ms': '3600000',
    });
    expect(byName.get('fleet.level')?.config).toEqual({
      'cleanup.policy': 'compact',
      'max.message.bytes': '1048588',
      'segment.ms': '3600000',
    });
    expect(byName.get('fleet.health')?.config).toEqual({
      'cleanup.policy': 'delete',
      'max.message.bytes': '1048588',
      'retention.ms': '3600000',
      'segment.ms': '1800000',
    });
  });

  it('divides partitions for one machine, and puts a prefix before names', () => {
    const local = new Map(topicSpecs('local', { prefix: 'x.' }).map((spec) => [spec.name, spec.partitions]));
    expect(local.get('x.ocr.tasks.normal')).toBe(2);
    expect(local.size).toBe(byName.size);
  });
});
