import { one, rare, type Edit, type Sabotage } from './sabotage.ts';

const recordLog = (file: string, find: string, replace: string): Edit => ({
  file: `libs/record-log/src/${file}`,
  find,
  replace,
});
const memoryLog = (file: string, find: string, replace: string): Edit => ({
  file: `libs/memory-log/src/${file}`,
  find,
  replace,
});

/** Guards around the log: how it is read, and what is followed. */
export const logSabotages: readonly Sabotage[] = [
  one(
    'look only as far as the last stable offset',
    memoryLog('memory-record-log.ts', 'reply.with(BigInt(log.end));', 'reply.with(BigInt(log.stable));'),
  ),
  {
    name: 'read the offset before initialising',
    edits: [
      memoryLog(
        'memory-member.ts',
        'this.#assignedPartition(at, epoch);\n    const session',
        'this.#assignedPartition(at, epoch);\n    const early = broker.committed.get(group, at);\n    const session',
      ),
      memoryLog('memory-member.ts', 'return position;', 'void position;\n    return early;'),
    ],
  },
  {
    name: 'drop what is followed while the registry is away',
    edits: [
      recordLog(
        'follow-values.ts',
        "const isAway = toFailure(error).code === 'REGISTRY_UNAVAILABLE';",
        'const isAway = false;\n    void toFailure;',
      ),
    ],
    tests: ['libs/record-log/src/follow-values', 'libs/stage/test/stops'],
  },
  {
    name: 'let the receiver of a value end its follower',
    edits: [
      recordLog(
        'follow-values.ts',
        '  } catch (error) {\n    report.unusable(error, record);',
        '  } catch (error) {\n    void report;\n    throw error;',
      ),
    ],
    tests: ['libs/record-log/src/follow-values'],
  },
  rare(
    'weigh a record without its headers',
    recordLog('held-bytes.ts', '+ ofHeaders;', ';'),
    'libs/stage/test/backpressure',
  ),
];
