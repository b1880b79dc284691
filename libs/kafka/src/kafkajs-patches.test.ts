import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { patchLeaderlessMetadata } from './kafkajs-patches.ts';

const load = createRequire(import.meta.url);

function parse(version: number, response: unknown): Promise<unknown> {
  patchLeaderlessMetadata();
  const parser = load(`kafkajs/src/protocol/requests/metadata/v${version}/response`) as {
    parse(response: unknown): Promise<unknown>;
  };
  return parser.parse(response);
}

const metadata = (topicErrorCode: number, ...partitionErrorCodes: readonly number[]) => ({
  topicMetadata: [
    {
      topicErrorCode,
      topic: 't',
      partitionMetadata: partitionErrorCodes.map((partitionErrorCode, partitionId) => ({
        partitionErrorCode,
        partitionId,
        leader: partitionErrorCode === 5 ? -1 : 1,
      })),
    },
  ],
});

describe('metadata of kafkajs', () => {
  it.each([0, 1, 2, 3, 4, 5, 6])(
    'R-06: version %i has the other partitions when one is leaderless',
    async (version) => {
      const response = metadata(0, 0, 5, 9);
      expect(await parse(version, response)).toEqual(response);
    },
  );

  it('is refused when a topic does not exist', async () => {
    await expect(parse(6, metadata(3))).rejects.toMatchObject({ type: 'UNKNOWN_TOPIC_OR_PARTITION' });
  });

  it('is refused for any other error of a partition', async () => {
    await expect(parse(6, metadata(0, 0, 29))).rejects.toMatchObject({ type: 'TOPIC_AUTHORIZATION_FAILED' });
  });
});
