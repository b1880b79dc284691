import { describe, expect, it } from 'vitest';
import { planTopics } from './topic-plan.ts';

const spec = { name: 'a', partitions: 4, config: { 'retention.ms': '1000', 'cleanup.policy': 'delete' } };

describe('planTopics', () => {
  it('creates what is missing', () => {
    expect(planTopics([spec], new Map())).toEqual({ create: [spec], grow: [], configure: [], larger: [] });
  });

  it('changes nothing when topics are as desired, and ignores other topics and settings', () => {
    const existing = new Map([
      ['a', { partitions: 4, config: { ...spec.config, 'segment.ms': '5' } }],
      ['foreign', { partitions: 1, config: {} }],
    ]);
    expect(planTopics([spec], existing)).toEqual({ create: [], grow: [], configure: [], larger: [] });
  });

  it('adds partitions, and changes settings without removing other ones', () => {
    const existing = new Map([
      [
        'a',
        { partitions: 2, config: { 'retention.ms': '9', 'cleanup.policy': 'delete', 'segment.ms': '5' } },
      ],
    ]);
    expect(planTopics([spec], existing)).toEqual({
      create: [],
      grow: [{ name: 'a', from: 2, to: 4 }],
      configure: [
        {
          name: 'a',
          config: { 'retention.ms': '1000', 'cleanup.policy': 'delete', 'segment.ms': '5' },
          changed: ['retention.ms'],
        },
      ],
      larger: [],
    });
  });

  it('reports a topic that has too many partitions', () => {
    const existing = new Map([['a', { partitions: 6, config: spec.config }]]);
    expect(planTopics([spec], existing).larger).toEqual([{ name: 'a', actual: 6, desired: 4 }]);
  });
});
