import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupOf, parsePools, poolOf, poolsAmong, topicInPool, topicWithoutPool } from './pools.ts';
import { localCodec } from './local-codec.ts';
import { stageTopics, topics, topicsWithPools } from './topics.ts';

const known = ['invoice', 'receipt', 'letter'];

describe('M-21: parsePools', () => {
  it('reads pools with their classes, in order', () => {
    expect(parsePools(' bank = invoice, receipt ; old= ;', known)).toEqual({
      pools: [
        { name: 'bank', classes: ['invoice', 'receipt'] },
        { name: 'old', classes: [] },
      ],
    });
  });

  it('reads an empty text as no pools', () => {
    expect(parsePools('', known)).toEqual({ pools: [] });
  });

  it.each([
    [
      'a class that does not exist',
      'bank=invoise',
      'the pool bank names invoise; there are invoice, receipt, letter',
    ],
    ['a class in two pools', 'a=letter;b=letter', 'letter is in a and in b'],
    ['a class twice in a pool', 'a=letter,letter', 'letter is in a and in a'],
    ['a pool twice', 'a=letter;a=invoice', 'a stands there twice'],
    ['a name with a dot', 'a.b=letter', '"a.b" is no name of a pool'],
    ['a name that is part of topic names', 'tasks=letter', '"tasks" is no name of a pool'],
    ['classes without a pool', '=letter', '"" is no name of a pool'],
  ])('refuses %s, with a sentence', (_, text, problem) => {
    expect(parsePools(text, known)).toEqual({ problem: expect.stringContaining(problem) as string });
  });
});

describe('M-21: poolOf', () => {
  const pools = [
    { name: 'bank', classes: ['invoice'] },
    { name: 'forms', classes: ['letter'] },
  ];
  const of = (...classes: readonly string[]) =>
    poolOf(
      classes.map((documentClass) => ({ documentClass })),
      pools,
    );

  it('is the pool of the first document whose class has one', () => {
    expect([of('invoice'), of('receipt', 'letter', 'invoice')]).toEqual(['bank', 'forms']);
  });

  it('is none for classes without a pool, and for a file without documents', () => {
    expect([of('receipt'), of()]).toEqual([null, null]);
  });
});

const poolName = fc
  .stringMatching(/^[a-z][a-z0-9-]{0,29}$/)
  .filter((name) => !['tasks', 'retry', 'dead-letter'].includes(name));
const pooledTopic = fc.constantFrom(
  ...stageTopics('extraction').lanes.map(({ topic }) => topic),
  ...stageTopics('extraction').retries.map(({ topic }) => topic),
);

describe('M-21: names of topics', () => {
  it('names lanes, retries and group of a pool; dead letters are those of the stage', () => {
    const { lanes, retries, deadLetter } = stageTopics('extraction', 'bank');
    expect(lanes[0]).toEqual({ lane: 'urgent', topic: 'extraction.bank.tasks.urgent' });
    expect(retries[0]).toEqual({ topic: 'extraction.bank.retry.30s', delayMs: 30_000 });
    expect(deadLetter).toBe('extraction.dead-letter');
    expect([groupOf('extraction', 'bank'), groupOf('extraction')]).toEqual(['extraction.bank', 'extraction']);
  });

  it('finds pool and topic again in every name of a pool, and in no other name', () => {
    fc.assert(
      fc.property(poolName, pooledTopic, (pool, topic) => {
        const name = topicInPool(topic, pool);
        expect(poolsAmong([name])).toEqual([pool]);
        expect(topicWithoutPool(name)).toBe(topic);
      }),
    );
    const own = topics.map(({ name }) => name);
    expect(poolsAmong(own)).toEqual([]);
    expect(own.map(topicWithoutPool)).toEqual(own);
  });

  it('refuses a topic of a stage that has no pools', () => {
    expect(() => topicInPool('ocr.tasks.high', 'bank')).toThrow(
      'ocr.tasks.high belongs to no stage with pools',
    );
  });

  it('adds six topics a pool, with partitions, retention and record of the stage', async () => {
    const added = topicsWithPools(['bank', 'forms']).slice(topics.length);
    expect(added.length).toBe(12);
    for (const { name, ...rest } of added) {
      const { name: own, ...ownRest } = topics.find((each) => each.name === topicWithoutPool(name)) ?? {
        name: '',
      };
      expect(rest).toEqual(ownRest);
      const bytes = Buffer.from([0, 0, 0, 0, 99]);
      await expect(localCodec().decode(name, bytes)).rejects.toMatchObject({ code: 'RECORD_UNDECODABLE' });
      expect(own).not.toBe('');
    }
  });
});
